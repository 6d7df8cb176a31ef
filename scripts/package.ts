import { runStep, script, tool } from './tools.ts';

/** `npm run package`: builds and makes rubato-<version>.vsix; no dependencies, since everything is bundled. */
const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
process.exitCode = runStep(script('scripts/build.ts')) || runStep(tool('vsce', 'package', ...flags));
