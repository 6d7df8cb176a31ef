import { h, type ComponentChild } from 'preact';
import type { PanelFinding } from '#protocol/panel.ts';
import type { ViewProps } from '../panelState.ts';
import { visibleText } from '../visibleText.ts';
import { Empty, PlaceLink } from './parts.ts';

const verdicts = {
  confirmed: 'Confirmed',
  'not-observed': 'Not observed',
  stale: 'Changed since',
  none: 'No evidence',
} as const;

/** What the linter says about the code of this trace, the confirmed first. */
export function FindingsView({ state, actions }: ViewProps): ComponentChild {
  const findings = state.findings?.findings ?? [];
  if (findings.length === 0)
    return h(
      Empty,
      { title: 'No findings in the files of this trace' },
      'Findings of the linter appear here beside what the run showed.',
    );
  const sorted = findings.toSorted((a, b) => rank(a) - rank(b));
  return h(
    'ul',
    { class: 'scroll findings-list', 'aria-label': 'Findings' },
    sorted.map((finding, index) =>
      h(
        'li',
        { key: index, class: `finding is-${finding.severity}` },
        h('span', { class: `verdict ${finding.verdict}` }, verdicts[finding.verdict]),
        h(
          'div',
          { class: 'what' },
          h(
            'div',
            { class: 'line' },
            h('span', { class: 'message' }, visibleText(finding.message)),
            h(
              'button',
              {
                type: 'button',
                class: 'link quiet',
                title: 'Explain the rule',
                onClick: () => actions.explainRule(finding.ruleId),
              },
              visibleText(finding.ruleId),
            ),
            h(PlaceLink, { state, actions, place: finding.place }),
          ),
          finding.evidence === '' ? undefined : h('div', { class: 'evidence' }, visibleText(finding.evidence)),
        ),
      ),
    ),
  );
}

function rank({ verdict, severity }: PanelFinding): number {
  const order = ['confirmed', 'stale', 'none', 'not-observed'].indexOf(verdict);
  return order * 10 + ['error', 'warning', 'hint'].indexOf(severity);
}
