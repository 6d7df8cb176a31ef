import { h, type ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { ViewProps } from '../panelState.ts';
import { filterHelp } from '../parseFilter.ts';
import { amount, counted } from '../wording.ts';

/** The filter of the task table, with its language beside it and what is wrong below it. */
export function FilterBox({ state, actions }: ViewProps): ComponentChild {
  const [isHelpShown, showHelp] = useState(false);
  const { problem, table, filter } = state;
  const isFiltered = table.matched !== table.total;
  return h(
    'div',
    { class: 'filter' },
    h(
      'div',
      { class: 'filter-line' },
      h('input', {
        type: 'text',
        role: 'searchbox',
        class: problem === undefined ? 'filter-input' : 'filter-input wrong',
        value: filter,
        spellcheck: false,
        autocomplete: 'off',
        placeholder: 'Filter, for example: state:waiting fn:load* dur>100ms',
        'aria-label': 'Filter tasks',
        'aria-invalid': problem !== undefined,
        'aria-describedby': 'filter-problem',
        onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
          actions.setFilter(currentTarget.value),
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key === 'Escape' && filter !== '') actions.setFilter('');
          if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('.tasks .virtual')?.focus();
        },
      }),
      h(
        'span',
        { class: 'matched', role: 'status' },
        isFiltered ? `${amount(table.matched)} of ${counted(table.total, 'task')}` : counted(table.total, 'task'),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'action',
          'aria-expanded': isHelpShown,
          'aria-controls': 'filter-help',
          onClick: () => showHelp(!isHelpShown),
        },
        'Help',
      ),
    ),
    h(
      'div',
      { id: 'filter-problem', class: 'problem', role: 'alert' },
      problem === undefined ? '' : problemText(filter, problem),
    ),
    isHelpShown
      ? h(
          'dl',
          { id: 'filter-help', class: 'filter-help' },
          filterHelp.map(({ example, meaning }) => [
            h(
              'dt',
              null,
              h(
                'button',
                {
                  type: 'button',
                  class: 'link',
                  title: 'Add to the filter',
                  onClick: () => actions.setFilter(`${filter} ${example}`.trim()),
                },
                h('code', null, example),
              ),
            ),
            h('dd', null, meaning),
          ]),
        )
      : undefined,
  );
}

function problemText(
  filter: string,
  { problem, at, length }: { readonly problem: string; readonly at: number; readonly length: number },
): string {
  return `${filter.slice(at, at + length)}: ${problem}`;
}
