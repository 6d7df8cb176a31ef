import { runStep, script, tool } from './tools.ts';

/** `npm run package`: builds and makes rubato-<version>.vsix; no dependencies, since everything is bundled. */
const built = runStep(script('scripts/build.ts'));
process.exitCode =
  built !== 0 ? built : runStep(tool('vsce', 'package', '--no-dependencies', '--allow-missing-repository'));
