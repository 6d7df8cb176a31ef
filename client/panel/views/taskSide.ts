import { h, type ComponentChild } from 'preact';
import type { TaskDetails, TaskWait } from '../engine/engineMessages.ts';
import { placeIn, type ViewProps } from '../panelState.ts';
import { amount, awaited, counted, duration, moment, named } from '../wording.ts';
import { Action, isAlive, PlaceLink, StateMark } from './parts.ts';

/** Everything about the selected task. */
export function TaskSide({ state, actions, details }: ViewProps & { readonly details: TaskDetails }): ComponentChild {
  const { function: place, tab } = { ...details, tab: state.tab };
  return h(
    'aside',
    { class: 'side', 'aria-label': 'Selected task' },
    h(
      'div',
      { class: 'side-title' },
      h('h2', null, named(placeIn(state, place).label)),
      h(StateMark, { state: details.state }),
    ),
    h(PlaceLink, { state, actions, place }),
    h(
      'dl',
      { class: 'facts-list' },
      fact('Begun', moment(details.begin, 1000)),
      fact(isAlive(details) ? 'Alive for' : 'Took', duration(details.duration / 1000)),
      fact('Busy', `${duration(details.busy / 1000)} on the loop`),
      fact('Started', details.children === 0 ? 'no tasks' : counted(details.children, 'task')),
    ),
    h(
      'div',
      { class: 'side-actions' },
      h(Action, { label: 'Open source', isPrimary: true, onClick: () => actions.openSource(details.waitsAt || place) }),
      h(Action, {
        label: tab === 'timeline' ? 'Show in table' : 'Show in timeline',
        onClick: () => {
          actions.show(tab === 'timeline' ? 'tasks' : 'timeline');
          actions.select(details.row);
        },
      }),
    ),
    h(Chain, { state, actions, details }),
    h(Waits, { state, actions, details }),
  );
}

function fact(name: string, value: string): readonly ComponentChild[] {
  return [h('dt', null, name), h('dd', null, value)];
}

function Chain({ state, actions, details }: ViewProps & { readonly details: TaskDetails }): ComponentChild | undefined {
  if (details.ancestors.length === 0) return undefined;
  return h(
    'section',
    null,
    h('h3', null, 'Started by'),
    h(
      'ol',
      { class: 'ancestors' },
      details.ancestors.map(({ row, function: place, state: task }) =>
        h(
          'li',
          { key: row },
          h(
            'button',
            { type: 'button', class: 'link quiet', onClick: () => actions.select(row) },
            named(placeIn(state, place).label),
          ),
          h(StateMark, { state: task }),
        ),
      ),
    ),
  );
}

const maxWaits = 100;

function Waits({ state, actions, details }: ViewProps & { readonly details: TaskDetails }): ComponentChild | undefined {
  const { waitList, waits } = details;
  if (waits === 0) return undefined;
  return h(
    'section',
    null,
    h('h3', null, `Waits (${amount(waits)})`),
    waitList === undefined
      ? h('p', { class: 'faint' }, '…')
      : h(
          'ol',
          { class: 'waits' },
          waitList.slice(-maxWaits).map((wait, index) => waitLine({ state, actions, details }, wait, index)),
        ),
  );
}

/** A bar shows when in the task's life it waited. */
function waitLine(
  { state, actions, details }: ViewProps & { readonly details: TaskDetails },
  wait: TaskWait,
  index: number,
): ComponentChild {
  const isOpen = Number.isNaN(wait.end);
  const end = isOpen ? details.begin + details.duration : wait.end;
  const share = (us: number) => Math.max(0, Math.min(100, (us / Math.max(1, details.duration)) * 100));
  return h(
    'li',
    { key: index },
    h(
      'div',
      { class: 'wait-line' },
      h(
        'button',
        {
          type: 'button',
          class: 'link quiet',
          title: 'Open this await',
          onClick: () => actions.openSource(wait.place),
        },
        h('code', { class: 'await' }, awaited(placeIn(state, wait.place))),
      ),
      wait.child === 0
        ? undefined
        : h(
            'button',
            {
              type: 'button',
              class: 'link quiet',
              title: 'Select the task it waits for',
              onClick: () => actions.select(wait.child),
            },
            '→',
          ),
      h(
        'span',
        { class: isOpen ? 'number open' : 'number' },
        `${duration((end - wait.begin) / 1000)}${isOpen ? '…' : ''}`,
      ),
    ),
    h(
      'div',
      { class: 'wait-bar', 'aria-hidden': true },
      h('div', {
        style: {
          marginLeft: `${share(wait.begin - details.begin)}%`,
          width: `${Math.max(0.8, share(end - wait.begin))}%`,
        },
      }),
    ),
  );
}
