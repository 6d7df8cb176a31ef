import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../temporaryFolder.ts';
import { TraceWriter } from '../trace/traceWriter.ts';
import { runFiles, sampleTrace } from './reportTrace.ts';
import { runRubato } from './runRubato.ts';

const run = '.rubato/runs/20260102-030405-99';

describe('rubato report', { concurrency: 3 }, () => {
  test('tells people what a run did', async (t) => {
    const folder = await recorded(t);
    const { code, stdout, stderr } = await runRubato(folder, ['report']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(stdout.split('\n').every((line) => line.length <= 120 && line === line.trimEnd()));
    assert.ok(!stdout.includes(folder), 'no absolute paths');
    const golden = fileURLToPath(new URL('fixtures/report.txt', import.meta.url));
    t.assert.fileSnapshot(stdout, golden, { serializers: [String] });
  });

  test('says what it leaves out', async (t) => {
    const writer = new TraceWriter();
    const file = writer.file('/app/main.ts');
    for (let line = 1; line <= 3; line += 1) {
      const site = writer.site({ kind: 'call', file, line, label: 'save()' });
      const note = { kind: 'rejection', outcome: 'unhandled', errorClass: 'Error', task: 0, frames: [] } as const;
      writer.note({ ...note, time: line, id: line, site });
    }
    const folder = await temporaryFolder(t, { 'a.segment': writer.bytes() });
    const lines = async (top: string): Promise<readonly string[]> =>
      (await runRubato(folder, ['report', 'a.segment', '--top', top])).stdout.split('\n');
    assert.deepEqual(
      (await lines('1')).filter((line) => line.includes('more line')),
      ['  and 2 more lines (--top shows more)'],
    );
    assert(!(await lines('3')).some((line) => line.includes('more line')));
  });

  test('says the same as JSON', async (t) => {
    const folder = await recorded(t);
    const { stdout } = await runRubato(folder, ['report', '--format', 'json']);
    const report = JSON.parse(stdout);
    assert.equal(report.version, 1);
    assert.deepEqual(report.run.exitCode, 3);
    const [cause] = report.stuck.groups;
    assert.deepEqual(
      [cause.function, cause.file, cause.line, cause.column, cause.label, cause.kind],
      ['load', 'src/main.ts', 22, 9, 'users.fetch(id)', 'await'],
    );
    assert.deepEqual(
      cause.startedBy.map(({ function: name, line }: { function: string; line: number }) => `${name}:${line}`),
      ['main:12'],
    );
    assert.ok(!stdout.includes(folder), 'no absolute paths');
  });

  test('opens a run, a folder of runs, a trace, a segment', async (t) => {
    const folder = await recorded(t);
    await place(folder, 'elsewhere/copy.segment', sampleTrace(folder).bytes());
    const expected = (await runRubato(folder, ['report', '--format', 'json'])).stdout;
    for (const path of ['.', '.rubato', run, `${run}/trace.rubato`]) {
      assert.equal((await runRubato(folder, ['report', path, '--format', 'json'])).stdout, expected, path);
    }
    const segment = JSON.parse(
      (await runRubato(folder, ['report', 'elsewhere/copy.segment', '--format', 'json'])).stdout,
    );
    assert.deepEqual(segment.stuck, JSON.parse(expected).stuck);
  });

  test('opens segments that nobody has joined', async (t) => {
    const folder = await temporaryFolder(t, { [`${run}/7-0-0.segment`]: sampleTrace('/app').bytes() });
    const { code, stdout } = await runRubato(folder, ['report']);
    assert.equal(code, 0);
    assert.match(stdout, /^main\.ts {2}4\./);
  });

  test('writes to a file, without colors', async (t) => {
    const folder = await recorded(t);
    const { stdout } = await runRubato(folder, ['report', '--output-file', 'out.txt'], { FORCE_COLOR: '1' });
    assert.equal(stdout, '');
    assert.equal(await readFile(`${folder}/out.txt`, 'utf8'), (await runRubato(folder, ['report'])).stdout);
  });

  test('compares two runs', async (t) => {
    const folder = await recorded(t);
    await cp(`${folder}/${run}`, `${folder}/other`, { recursive: true });
    const { stdout } = await runRubato(folder, ['report', '--compare', 'other']);
    assert.match(stdout, /^node main\.ts {2}against node main\.ts · 0 sites of \d+ moved\n {2}Nothing moved\n$/);
    const slower = new TraceWriter();
    slower.file(`${folder}/src/main.ts`);
    const load = slower.site({ kind: 'function', label: 'load', hash: 'b2', line: 90 });
    slower.enter(load);
    slower.wait(900_000);
    slower.exit();
    await writeFile(`${folder}/slow.segment`, slower.bytes());
    const moved = await runRubato(folder, ['report', 'slow.segment', '--compare', run]);
    assert.match(moved.stdout, /function load .*main\.ts:90:1 .*→ 900 ms/);
    assert.match(moved.stdout, /gone {2}await users\.fetch\(id\)/);
  });

  test('hands the trace to other tools', async (t) => {
    const folder = await recorded(t);
    for (const format of ['chrome', 'perfetto', 'otlp']) {
      const { code, stdout } = await runRubato(folder, ['report', '--format', format]);
      assert.equal(code, 0);
      assert.ok(stdout.length > 1000, format);
    }
  });

  test('says what is wrong with what cannot be opened', async (t) => {
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 1 });
    const folder = await temporaryFolder(t, {
      'text.rubato': 'no trace',
      'bomb.rubato': Buffer.concat(Array.from({ length: 9 }, () => zeros)),
      'empty/': '',
    });
    for (const [path, message] of [
      ['nothing', /^There is no nothing\n/],
      ['empty', /^No run is recorded here\n/],
      ['text.rubato', /^text\.rubato is not a trace: it does not begin like a trace\n/],
      ['bomb.rubato', /^bomb\.rubato is refused: \d+ bytes unpack to more than 512 MiB\n/],
    ] as const) {
      const { code, stdout, stderr } = await runRubato(folder, ['report', path]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    }
  });

  test('reads a damaged packed file as far as it goes', async (t) => {
    const bytes = gzipSync(sampleTrace('/app').bytes());
    const folder = await temporaryFolder(t, { 'cut.rubato': bytes.subarray(0, bytes.length - 60) });
    const { code, stdout } = await runRubato(folder, ['report', 'cut.rubato']);
    assert.equal(code, 0);
    assert.match(stdout, /^! the packed file is damaged \(/m);
    assert.match(stdout, /^! the end is cut off inside a frame$/m);
  });

  test('prints names of a trace as text and reads none of its files outside', async (t) => {
    const writer = new TraceWriter({ script: '/app/\u001B[31mred.js' });
    const names = [
      '/app/../etc/passwd',
      '//host/share/x.js',
      'file://host/x.js',
      '\\\\host\\x.js',
      '/app/a\u001B[2Jb.js',
    ];
    for (const name of names) {
      const file = writer.file(name, '../../../../etc/passwd');
      const site = writer.site({ kind: 'function', file, label: '\u202Eevil\n::error::x' });
      writer.enter(site);
      writer.wait(1000);
      writer.exit();
    }
    const folder = await temporaryFolder(t, { 'a.segment': writer.bytes() });
    const { code, stdout } = await runRubato(folder, ['report', 'a.segment']);
    assert.equal(code, 0);
    // eslint-disable-next-line no-control-regex -- They are what is looked for.
    assert.doesNotMatch(stdout, /[\u0000-\u0009\u000B-\u001F\u202E]|\.\.|^::/m);
    assert.match(stdout, /…\/etc\/passwd:1:1/);
  });
});

async function recorded(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t, { 'src/main.ts': '' });
  const files = runFiles(sampleTrace(folder).bytes());
  for (const [name, content] of Object.entries(files)) await place(folder, name, content);
  return folder;
}

async function place(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  await mkdir(`${folder}/${name}`.replace(/\/[^/]*$/, ''), { recursive: true });
  await writeFile(`${folder}/${name}`, content);
}
