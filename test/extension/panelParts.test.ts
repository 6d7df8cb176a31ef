import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { plainText } from '#extension/panel/plainText.ts';
import { fileInRoot, traceFilter } from '#extension/panel/traceFilter.ts';
import { restoredTrace, traceSource } from '#extension/panel/traceSource.ts';
import { isProblem, parseFilter } from '#panel/parseFilter.ts';
import { panelDocument, problemDocument } from '#protocol/panelDocument.ts';
import { isPanelMessage } from '#protocol/panelGuards.ts';

test('names in notifications and lists are neither links nor icons', () => {
  assert.equal(plainText('src/[run](command:workbench.x).ts'), 'src/[run] (command:workbench.x).ts');
  assert.equal(plainText('$(error) node'), '$ (error) node');
  assert.equal(plainText('a\u202Eb\r\nc\u001B[31m'), 'a b c [31m');
  assert.equal(plainText('x'.repeat(5000)).length, 300);
});

test('a code lens asks for the tasks of its function', () => {
  const filter = traceFilter({ name: 'saveOrder', file: 'src/my orders/save.ts' });
  assert.equal(filter, 'fn:"saveOrder" file:"src/my orders/save.ts"');
});

test('whatever a function is called, the filter is understood', () => {
  for (const name of ['', '"', 'a"b', '-x', 'get [a, b]', '*', 'a:b>c', '#private', '\u202E']) {
    const parsed = parseFilter(traceFilter({ name, file: 'a,b"c.ts' }));
    assert(!isProblem(parsed), name);
  }
});

test('a file is known to a trace by its path below the root', () => {
  const root = path.resolve('/app');
  assert.equal(fileInRoot(path.resolve('/app/src/..x/a.ts'), root), 'src/..x/a.ts');
  assert.equal(fileInRoot(path.resolve('/app2/a.ts'), root), undefined);
  assert.equal(fileInRoot(root, root), undefined);
});

test('a trace belongs to the folder of its run, its workspace folder, or the folder it lies in', () => {
  const folders = [path.resolve('/projects/space')];
  const run = path.resolve('/projects/space/pkg/.rubato/runs/20260101-000000-1');
  const rootOf = (trace: string) => traceSource(trace, folders).root;
  assert.equal(rootOf(run), path.resolve('/projects/space/pkg'));
  assert.equal(rootOf(path.join(run, 'trace.rubato')), path.resolve('/projects/space/pkg'));
  assert.equal(rootOf(path.resolve('/projects/space/traces/x.rubato')), path.resolve('/projects/space'));
  assert.equal(rootOf(path.resolve('/downloads/x.rubato')), path.resolve('/downloads'));
});

test('only an absolute path on this machine brings a panel back', () => {
  const trace = path.resolve('/app/.rubato/runs/x');
  assert.equal(restoredTrace({ tab: 'tasks', trace }), trace);
  const hostile = [undefined, null, 'x', {}, { trace: 1 }, { trace: 'x' }, { trace: '' }, { trace: '//host/share' }];
  for (const state of [...hostile, { trace: String.raw`\\host\share` }, { trace: `${trace}\0` }]) {
    assert.equal(restoredTrace(state), undefined, JSON.stringify(state));
  }
});

test('nothing from a trace becomes part of a page', () => {
  const hostile = '"><script>alert(1)</script>&';
  const parts = { style: 'panel.css', source: 'https://webview.test' };
  const panel = panelDocument({ ...parts, script: 'panel.js', nonce: 'n', trace: hostile });
  assert.equal(panel.match(/<script/g)?.length, 1);
  assert.match(panel, /data-trace="&quot;>&lt;script>alert\(1\)&lt;\/script>&amp;"/);
  const problem = problemDocument({ ...parts, message: hostile });
  assert(!problem.includes('<script'));
  for (const page of [panel, problem]) assert.match(page, /content="default-src 'none'; /);
});

test('messages of a page that are not in the protocol are refused', () => {
  const hostile = [
    ...[undefined, null, 'ready', [], { kind: 'toString' }, { kind: '__proto__' }, { kind: 'open' }],
    ...[{ kind: 'openSource', place: '/etc/passwd' }, { kind: 'openSource', place: -1 }, { kind: 'openSource' }],
    ...[
      { kind: 'openSource', place: 1.5 },
      { kind: 'explainRule', ruleId: 'x'.repeat(10_000_000) },
    ],
    ...[
      { kind: 'export', format: '../x' },
      { kind: 'askWaits', rows: Array.from({ length: 1e6 }, () => 1) },
    ],
    ...[
      { kind: 'setPaused', isPaused: 1 },
      { kind: 'command', command: 'workbench.x' },
    ],
  ];
  for (const message of hostile) assert(!isPanelMessage(message));
  assert(isPanelMessage({ kind: 'openSource', place: 1 }));
});
