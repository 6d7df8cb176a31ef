import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Client } from '#scripts/lspClient.ts';
import type { Range } from 'vscode-languageserver/node';
import { generatedEvidence } from './generatedEvidence.ts';
import { generatedProject, longFile } from './generatedProject.ts';

/**
 * How fast the language server answers, over stdio and without an editor:
 *
 *   node scripts/setup.mjs bench/lsp.ts [--engine native|embedded]... [--files 300] [--lines 2000] [--keys 60] [--evidence 1000]
 *
 * First findings: from opening the first file of a generated project to its findings with the whole program known.
 * Keystroke: from taking an edit of a long file to its published findings, as a client sees it; the debounce is 0.
 * With `--evidence`, a second server that knows a run of so many functions gets the same keys, in turn with the first.
 */
const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: ['native', 'embedded'] },
    files: { type: 'string', default: '300' },
    lines: { type: 'string', default: '2000' },
    keys: { type: 'string', default: '60' },
    evidence: { type: 'string', default: '0' },
  },
});

console.log(`Node ${process.version}, ${cpus().length} cores; ms`);
for (const engine of values.engine) await measure(engine);

async function measure(engine: string): Promise<void> {
  const text = longFile(Number(values.lines));
  const files = { ...generatedProject(Number(values.files)), 'src/long.ts': text };
  const count = Number(values.evidence);
  const evidence = { '.rubato/evidence.json': JSON.stringify(generatedEvidence(files, count)) };
  const sides = [
    { name: engine, client: new Client({ files, settings: { engine } }) },
    ...(count === 0
      ? []
      : [
          {
            name: `${engine}, evidence`,
            client: new Client({ files: { ...files, ...evidence }, settings: { engine } }),
          },
        ]),
  ];
  try {
    const firsts = [];
    for (const { client } of sides) {
      await client.initialize();
      firsts.push(await firstFindings(client, files));
    }
    const keys = await keystrokes(
      sides.map(({ client }) => client),
      text,
      Number(values.keys),
    );
    for (const [index, { name }] of sides.entries())
      console.log(
        `${name}: first local ${round(firsts[index]?.local)}, first program ${round(firsts[index]?.program)}, ${describe(keys[index] ?? [])}`,
      );
  } finally {
    for (const { client } of sides) client.dispose();
  }
}

async function firstFindings(
  client: Client,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly local: number; readonly program: number }> {
  const path = 'src/module0.ts';
  const start = performance.now();
  await client.open(path, files[path] ?? '');
  await client.until('first findings', () => client.published.length > 0);
  const local = performance.now() - start;
  await client.findings(path);
  return { local, program: performance.now() - start };
}

/** Types a word into the middle of the file, one character at a time, and waits for the findings of each version; times of each client. */
async function keystrokes(
  clients: readonly Client[],
  text: string,
  count: number,
): Promise<readonly (readonly number[])[]> {
  for (const client of clients) {
    await client.open('src/long.ts', text);
    await client.findings('src/long.ts');
  }
  const line = text.split('\n').indexOf('  // type here', text.split('\n').length / 2);
  const times = clients.map((): number[] => []);
  for (let key = 0; key < count; key++)
    for (const [index, client] of clients.entries())
      times[index]?.push(await keystroke(client, { line, character: '  // type here'.length + key }, key + 2));
  return times;
}

async function keystroke(client: Client, at: Range['start'], version: number): Promise<number> {
  const start = performance.now();
  await client.notify('textDocument/didChange', {
    textDocument: { uri: client.uri('src/long.ts'), version },
    contentChanges: [{ range: { start: at, end: at }, text: 'x' }],
  });
  await client.findings('src/long.ts', version);
  return performance.now() - start;
}

function describe(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `keystroke p50 ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)}`;
}

function round(ms = 0): string {
  return ms.toFixed(0);
}
