import type { KnipConfig } from 'knip';
import { bundles } from './scripts/bundles.ts';

/** Packages chosen in advance; whoever first uses one deletes its line (knip hints at it). */
const awaited = [
  '@microsoft/sarif-multitool',
  '@types/picomatch',
  '@types/sarif',
  '@vscode/test-electron',
  'fast-check',
  'ignore',
  'jsonc-parser',
  'picomatch',
  'playwright-core',
  'tinyglobby',
  'typebox',
  'vscode-languageserver-textdocument',
];

export default {
  entry: [
    ...bundles.flatMap((bundle) => Object.values(bundle.entries)),
    'server/analysis/analyze.ts',
    'scripts/*.{ts,mjs}',
    'test/**/*.test.ts',
    'test/e2e/*.ts',
    'bench/*.ts',
  ],
  project: ['**/*.{ts,mjs}', '!samples/**', '!test/**/fixtures/**'],
  // vsce is run by name in scripts/package.ts.
  ignoreDependencies: [...awaited, '@vscode/vsce'],
  // Only looked for: test/e2e installs Chromium with it where that is possible.
  ignoreBinaries: ['apt-get'],
  ignoreExportsUsedInFile: { interface: true, type: true },
} satisfies KnipConfig;
