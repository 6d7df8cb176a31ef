import { runAll, tool } from './tools.ts';

/** `npm run check`: types, lint, format, unused code. All four run, so that one run shows everything. */
const failed = runAll([
  tool('tsc', '--build'),
  tool('oxlint', '--type-aware', '--deny-warnings'),
  tool('oxfmt', '--check'),
  tool('knip', '--no-progress'),
]);

if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join('; ')}`);
  process.exitCode = 1;
}
