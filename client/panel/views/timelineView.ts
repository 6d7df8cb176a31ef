import { Component, createRef, h, type ComponentChild } from 'preact';
import type { Gesture, Hovered } from '../engine/engineMessages.ts';
import { placeIn, type PanelState, type ViewProps } from '../panelState.ts';
import { amount, awaited, counted, duration, moment, named, position, stateNames } from '../wording.ts';
import { Action, placeName } from './parts.ts';
import { TaskSide } from './taskSide.ts';

const keys: Readonly<Record<string, Gesture>> = {
  '+': { kind: 'zoomCenter', factor: 0.6 },
  '=': { kind: 'zoomCenter', factor: 0.6 },
  '-': { kind: 'zoomCenter', factor: 1 / 0.6 },
  '0': { kind: 'fit' },
  Home: { kind: 'fit' },
  f: { kind: 'fitSelection' },
  ArrowLeft: { kind: 'step', across: -0.12, down: 0 },
  ArrowRight: { kind: 'step', across: 0.12, down: 0 },
  ArrowUp: { kind: 'step', across: 0, down: -0.15 },
  ArrowDown: { kind: 'step', across: 0, down: 0.15 },
  PageUp: { kind: 'step', across: 0, down: -0.9 },
  PageDown: { kind: 'step', across: 0, down: 0.9 },
  n: { kind: 'neighbor', step: 1, of: 'lane' },
  p: { kind: 'neighbor', step: -1, of: 'lane' },
  j: { kind: 'neighbor', step: 1, of: 'group' },
  k: { kind: 'neighbor', step: -1, of: 'group' },
};

const help =
  'Arrow keys move, plus and minus zoom, 0 shows all, n and p select the next and previous task, j and k go to the lane below and above, f zooms to the selection, Enter opens its source.';

/** Tasks as spans over time. The engine draws; this hands it what the user does. */
export class TimelineView extends Component<ViewProps> {
  readonly #canvas = createRef<HTMLCanvasElement>();
  readonly #scroll = createRef<HTMLDivElement>();
  #observer: ResizeObserver | undefined;
  #drag: { x: number; y: number; readonly isRange: boolean; readonly from: number; hasMoved: boolean } | undefined;
  readonly #range = createRef<HTMLDivElement>();

  override componentDidMount(): void {
    const canvas = this.#canvas.current;
    const box = canvas?.parentElement;
    if (canvas === null || box === null || box === undefined) return;
    const { actions } = this.props;
    this.#observer = new ResizeObserver(() => actions.setSize(box.clientWidth, box.clientHeight));
    this.#observer.observe(box);
    actions.setCanvas(canvas);
    actions.setSize(box.clientWidth, box.clientHeight);
    actions.onDrawn(({ frames, contentHeight, scroll, from, to, drawMs, tasks }) => {
      canvas.dataset['frames'] = String(frames);
      canvas.dataset['tasks'] = String(tasks);
      canvas.dataset['from'] = String(from);
      canvas.dataset['to'] = String(to);
      canvas.dataset['drawMs'] = drawMs.toFixed(2);
      this.#moveThumb(contentHeight, scroll);
    });
  }

  override componentWillUnmount(): void {
    this.#observer?.disconnect();
  }

  override render({ state, actions }: ViewProps): ComponentChild {
    const gesture = (label: string, title: string, what: Gesture) =>
      h(Action, { label, title, onClick: () => actions.gesture(what) });
    return h(
      'div',
      { class: 'timeline-view' },
      h(
        'div',
        { class: 'toolbar', role: 'toolbar', 'aria-label': 'Timeline' },
        gesture('−', 'Zoom out (-)', { kind: 'zoomCenter', factor: 2 }),
        gesture('+', 'Zoom in (+)', { kind: 'zoomCenter', factor: 0.5 }),
        gesture('Whole run', 'Show all (0)', { kind: 'fit' }),
        gesture('Expand all', 'Show the lanes of every function', { kind: 'expandAll', isExpanded: true }),
        gesture('Collapse all', 'Show how many were alive', { kind: 'expandAll', isExpanded: false }),
        h(
          'span',
          { class: 'hint keys' },
          'wheel zooms · drag pans · Shift+drag zooms to a span · click a name for its lanes',
        ),
      ),
      h(
        'div',
        { class: 'split' },
        h(
          'div',
          { class: 'canvas-box' },
          h('canvas', {
            ref: this.#canvas,
            tabIndex: 0,
            role: 'application',
            'aria-roledescription': 'timeline',
            'aria-label': `Timeline of ${counted(state.total, 'task')}. ${help}`,
            'aria-describedby': 'timeline-selected',
            onWheel: this.#onWheel,
            onPointerDown: this.#onPointerDown,
            onPointerMove: this.#onPointerMove,
            onPointerUp: this.#onPointerUp,
            onPointerLeave: () => actions.gesture({ kind: 'leave' }),
            onDblClick: () => this.#openSelected(),
            onKeyDown: this.#onKeyDown,
          }),
          h('div', { class: 'range', ref: this.#range, hidden: true }),
          h('div', { class: 'scroll-thumb', ref: this.#scroll, 'aria-hidden': true }),
          h(Tooltip, { state }),
          h('div', { id: 'timeline-selected', class: 'visually-hidden', 'aria-live': 'polite' }, selectedText(state)),
        ),
        state.details === undefined ? undefined : h(TaskSide, { state, actions, details: state.details }),
      ),
    );
  }

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { actions } = this.props;
    const unit = event.deltaMode === 1 ? 16 : 1;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      return actions.gesture({ kind: 'pan', dx: -(event.deltaX || event.deltaY) * unit, dy: 0 });
    }
    if (event.altKey) return actions.gesture({ kind: 'pan', dx: 0, dy: -event.deltaY * unit });
    // A pinch comes as a wheel with the control key and small steps.
    const speed = event.ctrlKey ? 0.01 : 0.0018;
    actions.gesture({ kind: 'zoom', x: event.offsetX, factor: Math.exp(event.deltaY * unit * speed) });
  };

  readonly #onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#canvas.current?.setPointerCapture(event.pointerId);
    this.#drag = { x: event.offsetX, y: event.offsetY, isRange: event.shiftKey, from: event.offsetX, hasMoved: false };
  };

  readonly #onPointerMove = (event: PointerEvent): void => {
    const { actions } = this.props;
    const drag = this.#drag;
    if (drag === undefined) return actions.gesture({ kind: 'hover', x: event.offsetX, y: event.offsetY });
    const [dx, dy] = [event.offsetX - drag.x, event.offsetY - drag.y];
    if (!drag.hasMoved && Math.hypot(dx, dy) < 4) return;
    drag.hasMoved = true;
    if (drag.isRange) return this.#showRange(drag.from, event.offsetX);
    actions.gesture({ kind: 'pan', dx, dy });
    drag.x = event.offsetX;
    drag.y = event.offsetY;
  };

  readonly #onPointerUp = (event: PointerEvent): void => {
    const drag = this.#drag;
    this.#drag = undefined;
    this.#range.current?.toggleAttribute('hidden', true);
    const { actions } = this.props;
    if (drag === undefined) return;
    if (!drag.hasMoved) return actions.gesture({ kind: 'click', x: event.offsetX, y: event.offsetY });
    if (drag.isRange) actions.gesture({ kind: 'range', from: drag.from, to: event.offsetX });
  };

  #showRange(from: number, to: number): void {
    const range = this.#range.current;
    if (range === null) return;
    range.hidden = false;
    range.style.left = `${Math.min(from, to)}px`;
    range.style.width = `${Math.abs(to - from)}px`;
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') return this.#openSelected();
    const gesture = keys[event.key];
    if (gesture === undefined) return;
    event.preventDefault();
    this.props.actions.gesture(gesture);
  };

  #openSelected(): void {
    const { details } = this.props.state;
    if (details !== undefined) this.props.actions.openSource(details.waitsAt || details.function);
  }

  #moveThumb(contentHeight: number, scroll: number): void {
    const thumb = this.#scroll.current;
    const height = (this.#canvas.current?.clientHeight ?? 0) - 50;
    if (thumb === null) return;
    thumb.hidden = contentHeight <= height;
    thumb.style.height = `${Math.max(24, (height / contentHeight) * height)}px`;
    thumb.style.transform = `translateY(${(scroll / contentHeight) * height}px)`;
  }
}

function selectedText({ details, tab, places }: PanelState): string {
  if (details === undefined || tab !== 'timeline') return '';
  const name = named(places[details.function]?.label ?? '');
  return `${name}, ${stateNames[details.state] ?? ''}, ${duration(details.duration / 1000)}, begun at ${moment(details.begin, 1000)}`;
}

function Tooltip({ state }: { readonly state: PanelState }): ComponentChild | undefined {
  const { hovered } = state;
  if (hovered === undefined || hovered.what.kind === 'time') return undefined;
  const style = { left: `${hovered.x + 14}px`, top: `${hovered.y + 16}px` };
  return h('div', { class: 'tooltip', style, 'aria-hidden': true }, ...tooltipLines(state, hovered.what));
}

function tooltipLines(state: PanelState, what: Hovered): readonly ComponentChild[] {
  const line = (text: string, name = '') => h('div', { class: name }, text);
  switch (what.kind) {
    case 'task': {
      const { task } = what;
      const isWaiting = task.waitsAt !== 0;
      return [
        line(named(placeIn(state, task.function).label), 'tooltip-title'),
        line(
          `${stateNames[task.state] ?? ''} · ${duration(task.duration / 1000)} · busy ${duration(task.busy / 1000)} · ${counted(task.waits, 'wait')}`,
        ),
        ...(isWaiting ? [line(`waits ${duration(task.age / 1000)} at ${awaited(placeIn(state, task.waitsAt))}`)] : []),
        line(`begun ${moment(task.begin, 1000)} · ${position(placeIn(state, task.function))}`, 'faint'),
      ];
    }
    case 'group':
      return [
        line(named(placeIn(state, what.function).label), 'tooltip-title'),
        line(`${amount(what.alive)} alive at ${moment(what.time, 1000)}`),
        line(`${counted(what.count, 'task')} · at most ${amount(what.lanes)} at once`, 'faint'),
        ...(what.isExpanded ? [] : [line('click the name for its lanes', 'faint')]),
      ];
    case 'block':
      return [
        line(`Loop blocked ${duration(what.durationUs / 1000)}`, 'tooltip-title'),
        line(`at ${moment(what.begin, 1000)}`),
        ...(what.place === 0
          ? []
          : [line(`${placeName(placeIn(state, what.place))} · ${position(placeIn(state, what.place))}`, 'faint')]),
      ];
    case 'time':
      return [];
    default:
      return what satisfies never;
  }
}
