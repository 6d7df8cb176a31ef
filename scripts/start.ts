import { runStep, script } from './tools.ts';

/** `npm start`: builds, then shows what Rubato says about the sample programs. Finding something (exit code 1) is what it should do. */
const built = runStep(script('scripts/build.ts'));
process.exitCode = built !== 0 ? built : lintSamples();

function lintSamples(): number {
  const status = runStep(script('dist/cli.js', 'lint', 'samples'));
  return status === 1 ? 0 : status;
}
