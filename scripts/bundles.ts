import type { BuildOptions } from 'esbuild';
import type { LayerName } from './layers.ts';

/** One run of esbuild: entries that share their chunks, and what test/architecture.test.ts demands of the result. */
export interface Bundle {
  /** Names the metafile, `dist/meta/<name>.json`. */
  readonly name: string;
  /** Source file by the name of its output. */
  readonly entries: Readonly<Record<string, string>>;
  readonly options: BuildOptions;
  /** Programs that are put inside as text, under the name of a global constant: a webview's worker can be loaded from nowhere else. */
  readonly inlined?: Readonly<Record<string, string>>;
  /** Layers whose source may be inside. */
  readonly layers: readonly LayerName[];
  /** Kilobytes of all its files together. */
  readonly totalKb: number;
  /** By output file: what loading it costs at once, that is with its static imports, without what it imports lazily. */
  readonly outputs: Readonly<Record<string, OutputBudget>>;
}

/** What one entry may load at once. */
export interface OutputBudget {
  /** Kilobytes of 1000 bytes, minified. */
  readonly startKb: number;
  /** Packages that must not load at once; importing them lazily is fine. */
  readonly notAtStart?: readonly string[];
}

/**
 * Every bundle that ships. A new program (worker, hook, panel) is one entry here; budgets are the measured size and some room.
 * TypeScript 7 stays outside: it is a native program that the user's project has or has not.
 */
export const bundles: readonly Bundle[] = [
  {
    name: 'extension',
    entries: { extension: 'client/extension/extension.ts' },
    options: {
      outdir: 'dist',
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      // The main file of jsonc-parser hides its parts from the bundler.
      mainFields: ['module', 'main'],
      external: ['vscode'],
    },
    layers: ['protocol', 'trace', 'runs', 'extension'],
    totalKb: 560,
    outputs: { 'dist/extension.cjs': { startKb: 560 } },
  },
  {
    name: 'server',
    entries: {
      cli: 'server/cli/main.ts',
      'lint-worker': 'server/cli/lintWorker.ts',
      server: 'server/lsp/server.ts',
      'server-worker': 'server/lsp/worker.ts',
    },
    options: {
      outdir: 'dist',
      chunkNames: 'chunks/[name]-[hash]',
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      // The main file of jsonc-parser hides its parts from the bundler.
      mainFields: ['module', 'main'],
      external: ['typescript', 'typescript/*'],
      banner: { js: commonJsGlobals() },
    },
    layers: ['protocol', 'trace', 'runs', 'analysis', 'workspace', 'reporters', 'lsp', 'cli'],
    totalKb: 9000,
    outputs: {
      'dist/cli.js': { startKb: 250, notAtStart: ['ts-morph', '@ts-morph/common', 'vscode-languageserver'] },
      'dist/lint-worker.js': { startKb: 230, notAtStart: ['ts-morph', '@ts-morph/common', 'commander'] },
      'dist/server.js': { startKb: 450, notAtStart: ['ts-morph', '@ts-morph/common', 'commander'] },
      'dist/server-worker.js': { startKb: 300, notAtStart: ['ts-morph', '@ts-morph/common', 'vscode-languageserver'] },
    },
  },
  {
    name: 'reader',
    entries: { reader: 'client/reader/reader.ts' },
    options: {
      outdir: 'dist',
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
    },
    layers: ['protocol', 'trace', 'runs', 'reader'],
    totalKb: 150,
    outputs: { 'dist/reader.cjs': { startKb: 150 } },
  },
  {
    name: 'panel',
    entries: { panel: 'client/panel/panel.ts' },
    inlined: { RUBATO_ENGINE: 'client/panel/engine/engineWorker.ts' },
    options: { outdir: 'dist', format: 'iife', platform: 'browser', target: 'chrome124' },
    layers: ['protocol', 'trace', 'panel'],
    totalKb: 160,
    outputs: { 'dist/panel.js': { startKb: 130 } },
  },
  {
    name: 'hook',
    entries: {
      hook: 'hook/node/preload.ts',
      'hook-main': 'hook/node/startHook.ts',
      'hook-parsing': 'hook/node/parsing.ts',
      'hook-worker': 'hook/node/drain/worker.ts',
    },
    options: {
      outdir: 'dist',
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
    },
    layers: ['protocol', 'hook'],
    totalKb: 500,
    outputs: {
      // A preload is read by every Node process below `rubato run`, what it loads by those that are traced.
      'dist/hook.cjs': { startKb: 10, notAtStart: ['acorn'] },
      'dist/hook-main.cjs': { startKb: 75, notAtStart: ['acorn'] },
      'dist/hook-parsing.cjs': { startKb: 200 },
      'dist/hook-worker.cjs': { startKb: 60, notAtStart: ['acorn'] },
    },
  },
];

/** Bundled CommonJS packages (ts-morph, vscode-languageserver) expect these three; an ES module has none of them. */
function commonJsGlobals(): string {
  return [
    `import { createRequire as rubatoCreateRequire } from 'node:module';`,
    `const require = rubatoCreateRequire(import.meta.url);`,
    `const __filename = import.meta.filename, __dirname = import.meta.dirname;`,
  ].join('');
}
