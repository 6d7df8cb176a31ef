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
  'ts-morph',
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
  ignoreExportsUsedInFile: { interface: true, type: true },
} satisfies KnipConfig;
