/** Name of a layer: a folder that is one TypeScript project and one import rule. */
export type LayerName =
  | 'protocol'
  | 'trace'
  | 'runs'
  | 'analysis'
  | 'reporters'
  | 'workspace'
  | 'lsp'
  | 'cli'
  | 'hook'
  | 'reader'
  | 'extension'
  | 'panel'
  | 'scripts'
  | 'test'
  | 'bench';

/** What a layer may import. Everything not named is forbidden. */
export interface Layer {
  /** Path from the root of the repository, forward slashes, no slash at the end. */
  readonly folder: string;
  /** Prefix under which other layers import it (package.json `imports`); absent: nobody may import it. */
  readonly alias?: `#${string}`;
  readonly layers: readonly LayerName[];
  /** Packages by name; `node:*` stands for all built-in modules of Node, `*` for every package. */
  readonly packages: readonly string[];
}

/** A folder inside a layer with a narrower rule than its layer. */
export interface Zone {
  readonly folder: string;
  /** Files and folders (with a slash at the end) of the same layer that the zone may import, besides itself. */
  readonly within?: readonly string[];
  /** Packages beyond those of the layer. */
  readonly packages?: readonly string[];
  /** Whether files of the zone may import each other; `entry` may import them all in any case. */
  readonly isOpen: boolean;
  readonly entry?: string;
}

/**
 * The table of borders, the one source for oxlint.config.ts, the check of the tsconfig references and test/architecture.test.ts.
 * ARCHITECTURE.md shows it for readers.
 */
export const layers: Readonly<Record<LayerName, Layer>> = {
  protocol: { folder: 'protocol', alias: '#protocol', layers: [], packages: [] },
  trace: { folder: 'trace', alias: '#trace', layers: ['protocol'], packages: [] },
  runs: {
    folder: 'runs',
    alias: '#runs',
    layers: ['protocol', 'trace'],
    packages: ['node:*', '@jridgewell/trace-mapping'],
  },
  analysis: { folder: 'server/analysis', alias: '#analysis', layers: ['protocol', 'trace'], packages: [] },
  reporters: { folder: 'server/reporters', alias: '#reporters', layers: ['analysis', 'protocol'], packages: [] },
  workspace: {
    folder: 'server/workspace',
    alias: '#workspace',
    layers: ['analysis'],
    packages: ['node:*', 'jsonc-parser', 'typescript'],
  },
  lsp: {
    folder: 'server/lsp',
    alias: '#lsp',
    layers: ['analysis', 'workspace', 'trace', 'protocol'],
    packages: ['node:*', 'vscode-languageserver', 'vscode-languageserver-textdocument'],
  },
  cli: {
    folder: 'server/cli',
    alias: '#cli',
    layers: ['analysis', 'workspace', 'reporters', 'runs', 'trace', 'protocol'],
    packages: ['node:*', 'commander', 'jsonc-parser', '@jridgewell/trace-mapping'],
  },
  hook: { folder: 'hook/node', alias: '#hook', layers: ['protocol'], packages: ['node:*', 'acorn'] },
  reader: { folder: 'client/reader', alias: '#reader', layers: ['protocol', 'trace', 'runs'], packages: ['node:*'] },
  extension: {
    folder: 'client/extension',
    alias: '#extension',
    layers: ['protocol', 'trace', 'runs', 'reader'],
    packages: ['node:*', 'vscode', 'vscode-languageclient', 'jsonc-parser'],
  },
  panel: { folder: 'client/panel', alias: '#panel', layers: ['protocol', 'trace'], packages: ['preact'] },
  scripts: { folder: 'scripts', alias: '#scripts', layers: everyProductLayer(), packages: ['*'] },
  test: { folder: 'test', layers: [...everyProductLayer(), 'scripts'], packages: ['*'] },
  bench: { folder: 'bench', layers: [...everyProductLayer(), 'scripts'], packages: ['*'] },
};

/** The narrower rules inside `server/analysis`. The first zone that holds a file counts. */
export const zones: readonly Zone[] = [
  {
    folder: 'server/analysis/rules',
    within: [
      'server/analysis/rule.ts',
      'server/analysis/facts.ts',
      'server/analysis/graph/',
      'server/analysis/fixes.ts',
      'server/analysis/finding.ts',
      'server/analysis/catalog/',
    ],
    isOpen: false,
    entry: 'server/analysis/rules/index.ts',
  },
  {
    folder: 'server/analysis/frontends/typescript',
    packages: ['ts-morph', 'typescript'],
    isOpen: true,
  },
];

function everyProductLayer(): readonly LayerName[] {
  return [
    'protocol',
    'trace',
    'runs',
    'analysis',
    'reporters',
    'workspace',
    'lsp',
    'cli',
    'hook',
    'reader',
    'extension',
    'panel',
  ];
}
