import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { transform } from 'esbuild';
import type { ReportData } from '#cli/report/reportData.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runRubato } from './runRubato.ts';

/**
 * Real programs that end while a task waits for ever. The await to be found stands behind a star: `/*★*\/ await …`.
 * What they wait for is held by `globalThis`, so that the garbage collector does not find them lost first.
 */
const never = `globalThis.held = []; const never = () => new Promise((resolve) => globalThis.held.push(resolve));`;

interface Expected {
  readonly function: string;
  readonly label: string;
  /** Functions that started it, innermost first. */
  readonly startedBy: readonly string[];
  readonly kind?: string;
}

describe('a stuck program: function, place, text and who started it', { concurrency: 3 }, () => {
  check('a plain await', 'main.mjs', [
    `${never}
     async function connect(host) {
       /*★*/ await never(host);
     }
     class Service { async start() { await connect('db'); } }
     async function main() { await new Service().start(); }
     main();`,
    { function: 'connect', label: 'never(host)', startedBy: ['Service.start', 'main'] },
  ]);

  check('Promise.all', 'main.cjs', [
    `${never}
     const load = async (id) => {
       if (id === 2) /*★*/ await never();
     };
     async function main() { await Promise.all([1, 2, 3].map((id) => load(id))); }
     main();`,
    { function: 'load', label: 'never()', startedBy: ['main'] },
  ]);

  check('Promise.all over promises of nobody', 'main.cjs', [
    `${never}
     async function main() {
       /*★*/ await Promise.all([never(), never()]);
     }
     main();`,
    { function: 'main', label: 'Promise.all([never(), never()])', startedBy: [] },
  ]);

  check('for await', 'main.mjs', [
    `${never}
     const source = { [Symbol.asyncIterator]: () => ({ next: () => never() }) };
     async function drain(from) {
       /*★*/ for await (const each of from) console.log(each);
     }
     const main = async () => { await drain(source); };
     main();`,
    { function: 'drain', label: 'from', kind: 'for-await', startedBy: ['main'] },
  ]);

  check('an async generator', 'main.mjs', [
    `${never}
     async function* pages() {
       yield 1;
       /*★*/ await never();
     }
     async function main() { for await (const page of pages()) void page; }
     main();`,
    { function: 'pages', label: 'never()', startedBy: ['main'] },
  ]);

  check('the top level of a module', 'main.mjs', [
    `${never}
     /*★*/ await never();`,
    { function: 'main.mjs', label: 'never()', startedBy: [] },
  ]);

  check('TypeScript', 'main.mts', [
    `${never}
     interface Job { readonly id: number; readonly name?: string }
     async function work<T extends Job>(job: T): Promise<void> {
       /*★*/ await never<T>(job as T);
     }
     const main = async (): Promise<void> => { await work({ id: 1 } satisfies Job); };
     void main();`
      .replace('never = ()', 'never = <T,>(_?: T): Promise<T>')
      .replace('globalThis.held = []', 'const held: unknown[] = []; Reflect.set(globalThis, "held", held)')
      .replace('globalThis.held.push', 'held.push'),
    { function: 'work', label: 'never<T>(job as T)', startedBy: ['main'] },
  ]);

  test('compiled TypeScript, with its source map', async (t) => {
    const source = `type Id = number;
interface Job { readonly id: Id }
${never.replace('globalThis.held = []', 'const held: unknown[] = []').replace('globalThis.held', 'held')}
setTimeout(() => held, 20);

export async function work(job: Job): Promise<void> {
  if (job.id > 0) /*★*/ await never();
}
export const main = async (): Promise<void> => {
  await work({ id: 1 });
};
main();
`;
    const { code, map } = await transform(source, {
      loader: 'ts',
      sourcemap: 'external',
      sourcefile: '../src/main.ts',
    });
    const cause = await causeOf(t, 'dist/main.mjs', {
      'dist/main.mjs': `${code}\n//# sourceMappingURL=main.mjs.map\n`,
      'dist/main.mjs.map': map,
      'src/main.ts': source,
    });
    assert.deepEqual(
      [cause.function, cause.file, cause.line, cause.startedBy.map(({ function: name }) => name)],
      ['work', 'src/main.ts', lineOf(source), ['main']],
    );
  });
});

function check(name: string, file: string, [source, expected]: readonly [string, Expected]): void {
  test(name, async (t) => {
    const cause = await causeOf(t, file, { [file]: source });
    const line = source.split('\n')[lineOf(source) - 1] ?? '';
    assert.deepEqual(
      {
        function: cause.function,
        place: `${cause.file}:${cause.line}:${cause.column}`,
        kind: cause.kind,
        label: cause.label,
        startedBy: cause.startedBy.map((each) => each.function),
      },
      {
        function: expected.function,
        place: `${file}:${lineOf(source)}:${line.indexOf(mark) + mark.length + 2}`,
        kind: expected.kind ?? 'await',
        label: expected.label,
        startedBy: expected.startedBy,
      },
    );
    assert.ok(cause.oldestMs >= 0 && cause.oldestMs < 60_000);
  });
}

const mark = '/*★*/';

function lineOf(source: string): number {
  return source.slice(0, source.indexOf(mark)).split('\n').length;
}

/** Runs a program with the hook and returns what the report blames first. */
async function causeOf(
  t: TestContext,
  script: string,
  files: Readonly<Record<string, string>>,
): Promise<ReportData['stuck']['groups'][number]> {
  const folder = await temporaryFolder(t, files);
  const { stderr } = await runRubato(folder, ['run', process.execPath, script]);
  const { stdout } = await runRubato(folder, ['report', '--format', 'json']);
  const report: ReportData = JSON.parse(stdout);
  const [cause] = report.stuck.groups.filter(({ leaves }) => leaves > 0);
  assert.ok(cause !== undefined, stderr + stdout);
  return cause;
}
