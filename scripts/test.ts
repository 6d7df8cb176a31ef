import { existsSync, globSync } from 'node:fs';
import { runAllForLog, script, type Step } from './tools.ts';

/**
 * `npm test`: check and build, Rubato on its own code, then the end-to-end and the unit tests; the summary of the unit tests comes last.
 * All stages run, also after one failed; where no terminal shows it, the end of what failed is printed again after all.
 * `-- --only unit` (or check, build, self, e2e, nodes) runs one stage; names of test files narrow the unit tests to them; every other
 * flag goes to Node's test runner, such as `--test-update-snapshots` or `--test-name-pattern=floating`.
 */
const { only, flags } = parseArgs(process.argv.slice(2));

const stages: Readonly<Record<string, () => readonly Step[]>> = {
  check: () => [script('scripts/check.ts')],
  build: () => [script('scripts/build.ts')],
  // What we ask of others: our own code, judged by the build of the moment.
  self: () => [script('dist/cli.js', 'lint', '--max-warnings', '0', 'server', 'client', 'runs')],
  e2e: () => (existsSync('test/e2e/run.ts') ? [script('test/e2e/run.ts')] : []),
  // What must hold on every Node that the hook runs on; real processes, many of them.
  nodes: () => [
    { ...script('--test', ...flags, ...globSync('test/hook/nodes/*.test.ts').toSorted()), name: 'tests on all Nodes' },
  ],
  unit: () => unitTests(),
};

const steps = (only === undefined ? Object.keys(stages) : [only]).flatMap(
  (name) => stages[name]?.() ?? unknownStage(name),
);
const failures = await runAllForLog(steps);
if (failures.length > 0) {
  for (const { name, output } of failures) if (output !== '') console.error(`\nThe end of ${name}:\n${output}`);
  console.error(`\nFailed: ${failures.map(({ name }) => name).join('; ')}`);
  process.exitCode = 1;
}

/** One process for all files: loading ts-morph once instead of once per file is most of the time saved. */
function unitTests(): readonly Step[] {
  const chosen = flags.filter((flag) => flag.endsWith('.test.ts'));
  const files =
    chosen.length > 0
      ? chosen
      : globSync('test/**/*.test.ts', { exclude: ['test/e2e/**', 'test/hook/nodes/**'] }).toSorted();
  // Without files, Node would look for tests itself, and find this script.
  if (files.length === 0) throw new Error('No unit tests found');
  const options = flags.filter((flag) => !chosen.includes(flag));
  return [{ ...script('--test', '--test-isolation=none', ...options, ...files), name: 'unit tests' }];
}

function unknownStage(name: string): never {
  throw new Error(`No stage ${name}; there are ${Object.keys(stages).join(', ')}`);
}

function parseArgs(args: readonly string[]): { readonly only: string | undefined; readonly flags: readonly string[] } {
  const at = args.indexOf('--only');
  return at < 0 ? { only: undefined, flags: args } : { only: args[at + 1], flags: args.toSpliced(at, 2) };
}
