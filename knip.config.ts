import type { KnipConfig } from 'knip';
import { bundles } from './scripts/bundles.ts';

export default {
  entry: [
    ...bundles.flatMap(({ entries, inlined = {} }) => [...Object.values(entries), ...Object.values(inlined)]),
    'server/analysis/analyze.ts',
    'scripts/*.{ts,mjs}',
    // Bundled by scripts/panel/panelPage.ts.
    'scripts/panel/{page,pageHost}.ts',
    'test/**/*.test.ts',
    'test/e2e/run.ts',
    'test/e2e/host/suite.ts',
    'bench/*.ts',
    'bench/services/*.{mjs,cjs}',
  ],
  project: ['**/*.{ts,mjs}', '!samples/**', '!test/**/fixtures/**', '!test/hook/equivalence/programs/**'],
  // A test runs its command as a program.
  ignoreDependencies: ['c8'],
  // Only looked for: test/e2e installs Chromium with it where that is possible.
  ignoreBinaries: ['apt-get'],
  ignoreExportsUsedInFile: { interface: true, type: true },
} satisfies KnipConfig;
