import { h, type ComponentChild, type ComponentChildren } from 'preact';
import type { PanelPlace } from '#protocol/panel.ts';
import type { TaskValues } from '../engine/engineMessages.ts';
import type { Actions, PanelState } from '../panelState.ts';
import { placeIn } from '../panelState.ts';
import { awaited, named, position, stateNames } from '../wording.ts';

/** A place as a link that opens it in the editor. */
export function PlaceLink({
  state,
  actions,
  place,
  isInGrid = false,
}: {
  readonly state: PanelState;
  readonly actions: Actions;
  readonly place: number;
  /** Rows of a grid are one tab stop; Enter opens them. */
  readonly isInGrid?: boolean;
}): ComponentChild {
  const at = placeIn(state, place);
  if (at.file === '' || place === 0) return h('span', { class: 'faint' }, '(unknown place)');
  const text = position(at);
  return h(
    'button',
    {
      type: 'button',
      class: 'link place',
      tabIndex: isInGrid ? -1 : 0,
      title: `Open ${text}`,
      // Folder and file are parts of one name.
      'aria-label': text,
      onClick: (event: Event) => {
        event.stopPropagation();
        actions.openSource(place);
      },
    },
    ...shortPosition(at),
  );
}

/** The folder may be cut, the name and the line stay. */
function shortPosition(place: PanelPlace): readonly ComponentChildren[] {
  const text = position(place);
  const slash = text.lastIndexOf('/');
  if (slash < 0) return [h('span', { class: 'file' }, text)];
  return [
    h('span', { class: 'folder' }, text.slice(0, slash + 1)),
    h('span', { class: 'file' }, text.slice(slash + 1)),
  ];
}

/** What stands at a place, in the words of the report: `await load()`, or the name of a function. */
export function placeName({ kind, label, function: around }: PanelPlace): string {
  if (kind === 'await' || kind === 'for-await' || kind === 'yield') return awaited({ kind, label });
  return named(label === '' ? around : label);
}

/** A state by shape, color and word. */
export function StateMark({ state }: { readonly state: number }): ComponentChild {
  const name = stateNames[state] ?? 'unknown';
  return h(
    'span',
    { class: `state ${name}` },
    h('span', { class: 'glyph', 'aria-hidden': true }, glyphs[name] ?? '·'),
    name,
  );
}

const glyphs: Readonly<Record<string, string>> = {
  running: '▶',
  waiting: '◔',
  done: '✓',
  rejected: '✕',
  lost: '⚠',
  gone: '·',
};

/** What to say where there is nothing to show. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): ComponentChild {
  return h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, title), h('p', null, children));
}

/** A button that does something. */
export function Action({
  label,
  title,
  isPrimary = false,
  onClick,
}: {
  readonly label: string;
  readonly title?: string;
  readonly isPrimary?: boolean;
  readonly onClick: () => void;
}): ComponentChild {
  return h(
    'button',
    {
      type: 'button',
      class: isPrimary ? 'action primary' : 'action',
      title,
      onClick: (event: Event) => {
        event.stopPropagation();
        onClick();
      },
    },
    label,
  );
}

export function cell(className: string, ...children: readonly ComponentChildren[]): ComponentChild {
  return h('div', { class: `cell ${className}`, role: 'gridcell' }, ...children);
}

export function headerCell(className: string, text: string): ComponentChild {
  return h('div', { class: `cell ${className}`, role: 'columnheader' }, text);
}

export function isAlive({ end }: TaskValues): boolean {
  return Number.isNaN(end);
}
