import { gzipSync } from 'node:zlib';
import { TraceWriter } from '../trace/traceWriter.ts';

/** A trace with something for every section of the report. `folder`: where its sources lie. */
export function sampleTrace(folder: string): TraceWriter {
  const writer = new TraceWriter({ script: `${folder}/src/main.ts` });
  writer.file(`${folder}/src/main.ts`);
  const main = writer.site({ kind: 'function', line: 10, column: 1, label: 'main', hash: 'a1' });
  const load = writer.site({ kind: 'function', line: 20, column: 1, label: 'load', hash: 'b2' });
  const fetchUser = writer.site({ kind: 'function', line: 30, column: 3, label: 'Users.fetch', hash: 'c3' });
  const all = writer.site({
    kind: 'await',
    line: 12,
    column: 3,
    label: 'Promise.all(ids.map((id) => load(id)))',
    owner: main,
    offset: 50,
  });
  const inLoad = writer.site({ kind: 'await', line: 22, column: 9, label: 'users.fetch(id)', owner: load });
  const io = writer.site({
    kind: 'await',
    line: 33,
    column: 18,
    label: 'fetch(`https://example.org/users/${id}`)',
    owner: fetchUser,
  });
  const floating = writer.site({ kind: 'call', line: 14, column: 3, label: 'save()', owner: main });
  const drop = writer.site({ kind: 'catch', line: 40, column: 5, label: 'catch', owner: load });
  const read = writer.site({ kind: 'blocking', line: 41, column: 5, label: 'readFileSync(path)', owner: load });
  const steps = writer.site({ kind: 'await', line: 50, column: 5, label: 'load(id)', owner: main });
  const root = writer.enter(main);
  for (let count = 0; count < 3; count += 1) {
    const id = writer.enter(load);
    writer.suspend(inLoad);
    writer.suspend(steps);
    writer.wait(20_000);
    writer.resume(id);
    writer.caught(drop);
    writer.exit();
    writer.resume(root);
  }
  writer.enter(load);
  writer.suspend(inLoad);
  writer.floating(floating);
  const pairs = Array.from({ length: 30 }, () => {
    writer.wait(100);
    const pair = [writer.enter(load), writer.enter(fetchUser)] as const;
    writer.suspend(io);
    writer.suspend(inLoad);
    return pair;
  });
  writer.suspend(all);
  for (const [outer, inner] of pairs.slice(0, 20)) {
    writer.wait(5000);
    writer.resume(inner);
    writer.exit();
    writer.resume(outer);
    writer.wait(1000);
    writer.timed(read, 900);
    writer.exit();
  }
  writer.lost(pairs[20]?.[1] ?? 0);
  writer.wait(4_200_000);
  const frames = [
    { name: 'JSON.parse', file: 'node:internal', line: 1, column: 1 },
    { name: 'parse', file: `${folder}/src/parse.ts`, line: 5, column: 7 },
    { name: 'load', file: `${folder}/src/main.ts`, line: 24, column: 3 },
    { name: 'run', file: '/elsewhere/lib/deep/runner.js', line: 1, column: 2 },
  ];
  writer.note({
    kind: 'block',
    start: 1e6,
    durationUs: 412_000,
    task: 1,
    frames,
    culprit: 1,
    sites: [],
    gcUs: 206_000,
    source: 'pause',
  });
  writer.note({
    kind: 'rejection',
    outcome: 'unhandled',
    time: 2e6,
    id: 1,
    errorClass: 'TypeError',
    task: 3,
    site: floating,
    frames: [],
  });
  writer.note({ kind: 'untraced', what: 'thread', reason: 'no-preload' });
  writer.stats({ swallowed: [{ site: drop, count: 3, errorClasses: ['RangeError'] }] });
  writer.live();
  writer.goodbye({ exitCode: 0 });
  return writer;
}

/** Files of a folder with one recorded run. */
export function runFiles(trace: Uint8Array): Readonly<Record<string, string | Uint8Array>> {
  const run = '.rubato/runs/20260102-030405-99';
  return {
    [`${run}/trace.rubato`]: gzipSync(trace),
    [`${run}/run.json`]: JSON.stringify({
      version: 1,
      startedAt: 1,
      command: 'node main.ts',
      mode: 'trace',
      exitCode: 3,
    }),
  };
}
