import { h, type ComponentChild } from 'preact';
import type { StuckGroupRow, StuckMessage } from '#protocol/panel.ts';
import { placeIn, type ViewProps } from '../panelState.ts';
import { amount, awaited, counted, duration, named } from '../wording.ts';
import { Action, Empty, PlaceLink, placeName } from './parts.ts';

/** Tasks that wait, by the await where they do; what holds up others comes first. */
export function StuckView({ state, actions }: ViewProps): ComponentChild {
  const { stuck, status } = state;
  if (stuck === undefined)
    return h(Empty, { title: 'No trace yet' }, 'What waits, and for how long, appears here while the program runs.');
  if (stuck.groups.length === 0) {
    const isOver = status?.state === 'ended' || status?.state === 'recorded';
    return h(
      Empty,
      { title: isOver ? 'Nothing was still waiting at the end' : 'Nothing waits' },
      counted(stuck.alive, 'task'),
      isOver ? ' alive at the end.' : ' alive.',
    );
  }
  const causes = stuck.groups.filter(({ leaves }) => leaves > 0);
  const others = stuck.groups.filter(({ leaves }) => leaves === 0);
  return h(
    'div',
    { class: 'scroll stuck-list' },
    h(Deadlocks, { state, actions, deadlocks: stuck.deadlocks }),
    h(Groups, {
      state,
      actions,
      title: 'Waiting for something outside',
      hint: 'timers, sockets, promises of libraries: the cause lies here',
      groups: causes,
    }),
    h(Groups, {
      state,
      actions,
      title: 'Waiting for other tasks',
      hint: 'they go on when those above do',
      groups: others,
    }),
  );
}

const maxShown = 300;

function Groups({
  state,
  actions,
  title,
  hint,
  groups,
}: ViewProps & { readonly title: string; readonly hint: string; readonly groups: readonly StuckGroupRow[] }):
  | ComponentChild
  | undefined {
  if (groups.length === 0) return undefined;
  return h(
    'section',
    null,
    h('h2', null, title, h('span', { class: 'hint' }, hint)),
    h(
      'ul',
      { class: 'groups' },
      groups
        .slice(0, maxShown)
        .map((group) => h(Group, { key: `${group.place}/${group.function}`, state, actions, group })),
    ),
    groups.length > maxShown
      ? h('p', { class: 'faint' }, `and ${counted(groups.length - maxShown, 'more place')}`)
      : undefined,
  );
}

function Group({ state, actions, group }: ViewProps & { readonly group: StuckGroupRow }): ComponentChild {
  const place = placeIn(state, group.place);
  const starters = group.startedBy.slice(0, 6);
  return h(
    'li',
    { class: group.leaves > 0 ? 'group cause' : 'group' },
    h('span', { class: 'count', 'aria-label': counted(group.count, 'task') }, amount(group.count)),
    h(
      'div',
      { class: 'what' },
      h(
        'div',
        { class: 'line' },
        h('code', { class: 'await' }, awaited(place)),
        h('span', { class: 'faint' }, 'in'),
        h('span', { class: 'name' }, named(placeIn(state, group.function).label)),
        h(PlaceLink, { state, actions, place: group.place }),
      ),
      starters.length === 0
        ? undefined
        : h(
            'div',
            { class: 'chain' },
            'started by ',
            starters.map((starter, index) => [
              index > 0 ? ' ← ' : '',
              h(
                'button',
                { type: 'button', class: 'link quiet', onClick: () => actions.openSource(starter) },
                placeName(placeIn(state, starter)),
              ),
            ]),
            group.startedBy.length > starters.length ? ' ← …' : '',
          ),
    ),
    h(
      'span',
      { class: 'ages' },
      h('span', { class: 'age' }, duration(group.oldestMs)),
      group.count > 1 ? h('span', { class: 'faint' }, `median ${duration(group.medianMs)}`) : undefined,
    ),
    h(
      'span',
      { class: 'actions' },
      h(Action, { label: 'Show tasks', onClick: () => actions.showTasks(`state:waiting place:${group.place}`) }),
      h(Action, {
        label: 'Oldest in timeline',
        onClick: () => {
          actions.show('timeline');
          actions.select(group.task);
        },
      }),
    ),
  );
}

function Deadlocks({
  state,
  actions,
  deadlocks,
}: ViewProps & { readonly deadlocks: StuckMessage['deadlocks'] }): ComponentChild | undefined {
  if (deadlocks.length === 0) return undefined;
  return h(
    'section',
    { class: 'deadlocks' },
    h('h2', null, 'Deadlock', h('span', { class: 'hint' }, 'these wait for each other in a circle')),
    deadlocks.map((circle) =>
      h(
        'ol',
        null,
        circle.map((link) =>
          h(
            'li',
            null,
            h('span', { class: 'name' }, named(placeIn(state, link.function).label)),
            ' waits for the next at ',
            h('code', { class: 'await' }, awaited(placeIn(state, link.place))),
            ' ',
            h(PlaceLink, { state, actions, place: link.place }),
          ),
        ),
      ),
    ),
  );
}
