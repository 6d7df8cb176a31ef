import { runStep, script } from './tools.ts';

/**
 * `npm start`: builds, then shows what Rubato says about the sample programs, what it records of a run of one, and which findings
 * that run confirms. Finding something (exit code 1) is what lint should do.
 */
const service = 'samples/http-service';
const shown: readonly Shown[] = [
  { args: ['lint', 'samples'], code: 1 },
  { args: ['run', 'node', `${service}/main.ts`, '--once'], code: 0 },
  { args: ['report'], code: 0 },
  { args: ['lint', service, '--evidence', '.rubato'], code: 1 },
];

interface Shown {
  /** Of the command `rubato`. */
  readonly args: readonly string[];
  /** It should end with it. */
  readonly code: number;
}

process.exitCode = runStep(script('scripts/build.ts')) || shown.reduce((failed, each) => failed || show(each), 0);

function show({ args, code }: Shown): number {
  console.log(`\n$ rubato ${args.join(' ')}\n`);
  const status = runStep(script('dist/cli.js', ...args));
  return status === code ? 0 : status || 1;
}
