import type { LocatedFinding, Report } from '#analysis/report.ts';

/** One finding of each kind that a reporter must be able to print. */
export const sampleReport: Report = {
  findings: [
    finding({
      ruleId: 'floating-promise',
      severity: 'error',
      message: '`save()` is not awaited and nothing handles its rejection',
      hint: 'Await it, return it, or handle its rejection with `.catch`.',
      start: { line: 3, column: 16 },
      end: { line: 3, column: 22 },
      sourceLine: '\t\tif (isReady) save();',
      fixes: [
        {
          title: 'Add await',
          kind: 'suggestion',
          edits: [{ start: { line: 3, column: 16 }, end: { line: 3, column: 16 }, newText: 'await ' }],
        },
      ],
    }),
    finding({
      file: 'src/routes/[id].ts',
      ruleId: 'blocking-call',
      severity: 'warning',
      confidence: 'possible',
      message: '`load` blocks the event loop: it reaches `readFileSync`',
      hint: 'Make the way from `handler` to `readFileSync` asynchronous.',
      start: { line: 12, column: 3 },
      end: { line: 14, column: 2 },
      sourceLine: '  load({',
      path: [
        {
          file: 'src/load.ts',
          start: { line: 4, column: 10 },
          end: { line: 4, column: 20 },
          label: 'load calls readConfig',
        },
        {
          file: 'src/50% off, now:here.ts',
          start: { line: 1, column: 1 },
          end: { line: 1, column: 13 },
          label: 'readFileSync blocks here',
        },
      ],
    }),
    finding({
      file: 'src/safe.ts',
      ruleId: 'unused-suppression',
      severity: 'hint',
      message: 'Nothing to suppress: `late-await` has no finding on the next line',
      hint: 'Remove the suppression.',
      start: { line: 1, column: 1 },
      end: { line: 1, column: 40 },
      sourceLine: '// rubato-ignore-next-line late-await',
      fixes: [
        {
          title: 'Remove the unused suppression',
          kind: 'safe',
          edits: [{ start: { line: 1, column: 1 }, end: { line: 2, column: 1 }, newText: '' }],
        },
      ],
    }),
  ],
  problems: [
    {
      file: 'src/large.ts',
      position: undefined,
      message: 'has 2.0 MiB, above the limit of 1 MiB: not judged',
      kind: 'note',
    },
    {
      file: 'src/odd.ts',
      position: { line: 2, column: 7 },
      message: 'Suppression of the unknown rule "x"',
      kind: 'note',
    },
    { file: undefined, position: undefined, message: '2 generated or minified files not judged', kind: 'note' },
  ],
  fileCount: 12,
  isComplete: true,
};

/** A finding in each state of evidence, in the order of a report with evidence; what is hostile is in the run. */
export const evidenceReport: Report = {
  findings: [
    finding({
      file: 'src/slow.ts',
      ruleId: 'blocking-call',
      severity: 'warning',
      message: '`load` blocks the event loop: it reaches `readFileSync`',
      start: { line: 12, column: 3 },
      end: { line: 12, column: 7 },
      path: [{ file: 'src/load.ts', start: { line: 4, column: 10 }, end: { line: 4, column: 20 }, label: 'here' }],
      evidence: {
        state: 'confirmed',
        detail: '`readFileSync(path)` blocked the loop 412 ms at most, 3 times (p50 96 ms)',
        run: 0,
        kind: 'blocked',
        count: 3,
        durationMs: { count: 3, p50: 96, p95: 400, max: 412 },
        step: 0,
      },
    }),
    finding({
      ruleId: 'blocking-call',
      message: '`parseAll` blocked the loop 75 ms, once',
      start: { line: 9, column: 1 },
      end: { line: 9, column: 5 },
      evidence: {
        state: 'observed',
        detail: 'no rule saw it in the code',
        run: 0,
        kind: 'blocked',
        count: 1,
        durationMs: { count: 1, p50: 75, p95: 75, max: 75 },
      },
    }),
    finding({
      start: { line: 3, column: 1 },
      end: { line: 3, column: 5 },
      evidence: {
        state: 'confirmed',
        detail: 'rejected 2 times with nobody to handle it (\u001B[31m::error::)',
        run: 1,
        kind: 'unhandled',
        count: 2,
        errorClasses: ['\u001B[31m::error::'],
      },
    }),
    finding({ evidence: { state: 'ran', detail: '120 times, 0.3 ms at most', run: 0, kind: 'called-blocking' } }),
    finding({ evidence: { state: 'not-run', detail: '`load` was loaded and never called', run: 0 } }),
    finding({ evidence: { state: 'stale', detail: '`load` has changed since', run: 0 } }),
    finding({ evidence: { state: 'unknown', detail: 'nothing was recorded at this place', run: 0 } }),
  ],
  problems: [],
  fileCount: 2,
  isComplete: true,
  evidence: {
    runs: [
      { command: 'node main.ts', durationMs: 4200, ageMs: 185_000, limits: [] },
      { command: '\u001B[31mnode\n::error::x', durationMs: 90, ageMs: 7_300_000, limits: ['12 events\n::error::x'] },
    ],
  },
};

/** Names and texts as a hostile program would choose them. */
export const hostileReport: Report = {
  findings: [
    finding({
      file: 'src/a\u001B[31m\n::error::b.ts',
      message: '`\u202Eevil\u202C()` %0A::error::pwned \u001B]8;;http://x\u0007 [link](command:x) <img> | @all ``x``',
      hint: 'Do\r\n::set-output name=x::y not',
      sourceLine: 'evil(\u0000, "\u2066")',
      path: [{ file: 'a|b.ts', start: { line: 1, column: 1 }, end: { line: 1, column: 2 }, label: 'x\n::warning::y' }],
    }),
  ],
  problems: [{ file: 'c\n::error::d.ts', position: undefined, message: 'e\n::error::f', kind: 'internal' }],
  fileCount: 1,
  isComplete: false,
};

/** So many findings that a format with limits must choose. */
export const longReport: Report = {
  findings: Array.from({ length: 250 }, (_, index) =>
    finding({
      file: `src/${String(index).padStart(3, '0')}.ts`,
      severity: index % 2 === 0 ? 'warning' : 'error',
      message: `Finding ${index}`,
    }),
  ),
  problems: [],
  fileCount: 250,
  isComplete: true,
};

export const emptyReport: Report = { findings: [], problems: [], fileCount: 3, isComplete: true };

function finding(given: Partial<LocatedFinding>): LocatedFinding {
  return {
    file: 'src/app.ts',
    ruleId: 'floating-promise',
    severity: 'error',
    confidence: 'certain',
    message: 'Message',
    hint: 'Hint.',
    start: { line: 1, column: 1 },
    end: { line: 1, column: 5 },
    path: [],
    fixes: [],
    fingerprint: '0123456789abcdef0123456789abcdef',
    sourceLine: 'save();',
    ...given,
  };
}
