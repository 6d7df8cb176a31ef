import { runStep, script } from '#scripts/tools.ts';

/**
 * `npm run bench:hook`: what the hook costs and how well it sees, each on Node 20, 22, 24 and 26, both sides interleaved, medians.
 * Takes about half an hour; each part has options of its own, see its file.
 */
const parts = [
  // CPU of a Fastify and an Express service per request, beside empty hooks of Node.
  script('bench/hookService.ts'),
  // clinic bubbleprof, where it runs: some hundred times slower, so one short round on one Node.
  script(
    'bench/hookService.ts',
    '--rounds',
    '1',
    '--nodes',
    '24',
    '--services',
    'fastify',
    '--variants',
    'untraced,bubbleprof',
  ),
  // Tight loops, drain without loss, bytes per event.
  script('bench/hookMicro.ts'),
  // Start of a program of 1,000 modules.
  script('bench/hookStartup.ts'),
  // Planted blocks, and who is blamed.
  script('bench/hookCulprit.ts'),
];
process.exitCode = Math.max(...[script('scripts/build.ts'), ...parts].map(runStep));
