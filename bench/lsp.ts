import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Client } from '#scripts/lspClient.ts';
import { generatedProject, longFile } from './generatedProject.ts';

/**
 * How fast the language server answers, over stdio and without an editor:
 *
 *   node scripts/setup.mjs bench/lsp.ts [--engine native|embedded]... [--files 300] [--lines 2000] [--keys 60]
 *
 * First findings: from opening the first file of a generated project to its findings with the whole program known.
 * Keystroke: from taking an edit of a long file to its published findings, as a client sees it; the debounce is 0.
 */
const { values } = parseArgs({
  options: {
    engine: { type: 'string', multiple: true, default: ['native', 'embedded'] },
    files: { type: 'string', default: '300' },
    lines: { type: 'string', default: '2000' },
    keys: { type: 'string', default: '60' },
  },
});

console.log(`Node ${process.version}, ${cpus().length} cores; ms`);
for (const engine of values.engine) await measure(engine);

async function measure(engine: string): Promise<void> {
  const text = longFile(Number(values.lines));
  const files = { ...generatedProject(Number(values.files)), 'src/long.ts': text };
  const client = new Client({ files, settings: { engine } });
  try {
    await client.initialize();
    const first = await firstFindings(client, files);
    const keys = await keystrokes(client, text, Number(values.keys));
    console.log(
      `${engine}: first local ${round(first.local)}, first program ${round(first.program)}, ${describe(keys)}`,
    );
  } finally {
    client.dispose();
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

/** Types a statement into the middle of the file, one character at a time, and waits for the findings of each version. */
async function keystrokes(client: Client, text: string, count: number): Promise<readonly number[]> {
  await client.open('src/long.ts', text);
  await client.findings('src/long.ts');
  const middle = text.split('\n').indexOf('  // type here', text.split('\n').length / 2);
  const times: number[] = [];
  for (let key = 0; key < count; key++) {
    const version = key + 2;
    const at = { line: middle, character: '  // type here'.length + key };
    const start = performance.now();
    await client.notify('textDocument/didChange', {
      textDocument: { uri: client.uri('src/long.ts'), version },
      contentChanges: [{ range: { start: at, end: at }, text: 'x' }],
    });
    await client.findings('src/long.ts', version);
    times.push(performance.now() - start);
  }
  return times;
}

function describe(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return `keystroke p50 ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)}`;
}

function round(ms: number): string {
  return ms.toFixed(0);
}
