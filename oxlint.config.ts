import { defineConfig, type OxlintConfig, type OxlintOverride } from 'oxlint';
import { layers, zones, type Layer, type Zone } from './scripts/layers.ts';

type Rules = NonNullable<OxlintConfig['rules']>;

/** What CONVENTIONS ask of every file and a tool can see. */
const everywhere: Rules = {
  'import/no-cycle': 'error',
  'import/no-default-export': 'error',
  'typescript/no-explicit-any': 'error',
  'typescript/no-non-null-assertion': 'error',
  'typescript/no-unsafe-type-assertion': 'error',
  'typescript/consistent-type-assertions': ['error', { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' }],
  'typescript/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  'typescript/no-namespace': 'error',
  // node:test reports the failure of a test itself.
  'typescript/no-floating-promises': [
    'error',
    { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] }] },
  ],
  'typescript/no-misused-promises': 'error',
  'typescript/await-thenable': 'error',
  'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  'typescript/only-throw-error': 'error',
  'eslint/eqeqeq': 'error',
  'eslint/no-empty': 'error',
  'eslint/no-var': 'error',
  'eslint/prefer-const': 'error',
  'eslint/max-params': ['error', { max: 4 }],
  'eslint/max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  'import/no-unassigned-import': ['error', { allow: ['**/*.css'] }],
  // Nothing here posts to a window of another origin: messages go to workers, ports, and the editor around a webview.
  'unicorn/require-post-message-target-origin': 'off',
  // Matters of taste.
  'unicorn/consistent-function-scoping': 'off',
  'unicorn/no-useless-spread': 'off',
  'eslint/complexity': ['error', { max: 20 }],
};

/** Where the core is pure, the globals of a host do not exist. TypeScript says so too; this also names the reason. */
const pure: Rules = {
  'eslint/no-restricted-globals': [
    'error',
    ...['process', 'Buffer', 'console', 'setTimeout', 'setInterval', 'fetch', 'performance', 'document', 'window'].map(
      (name) => ({ name, message: 'This layer is pure: what it needs comes in as an argument.' }),
    ),
  ],
};

const allLayers = Object.entries(layers);
const knownPackages = [
  ...new Set(allLayers.flatMap(([, layer]) => layer.packages).concat(zones.flatMap((zone) => zone.packages ?? []))),
];

export default defineConfig({
  plugins: ['typescript', 'import', 'promise', 'unicorn', 'oxc'],
  categories: { correctness: 'error', suspicious: 'error' },
  rules: everywhere,
  ignorePatterns: [
    'node_modules',
    'dist',
    '.tsbuild',
    '.workbench',
    '/samples',
    'test/**/fixtures',
    'test/hook/equivalence/programs',
    'bench/services',
  ],
  overrides: [
    ...allLayers.map(([, layer]) => border(layer)),
    ...zones.map(zoneBorder),
    { files: pureFolders(), rules: pure },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    { files: ['test/**'], rules: { 'eslint/max-lines': 'off', 'typescript/no-unsafe-type-assertion': 'off' } },
  ],
});

/** Aliases and packages that a layer must not import. Relative paths that leave the folder are seen by test/architecture.test.ts. */
function border(layer: Layer): OxlintOverride {
  return {
    files: [`${layer.folder}/**`],
    rules: restricted(`${layer.folder} must not import this (scripts/layers.ts)`, forbidden(layer)),
  };
}

/** The last override of a file counts as a whole, so a zone repeats what its layer forbids. */
function zoneBorder(zone: Zone): OxlintOverride {
  const [, layer] = allLayers.find(([, each]) => zone.folder.startsWith(`${each.folder}/`)) ?? [];
  if (layer === undefined) throw new Error(`No layer holds the zone ${zone.folder}`);
  const packages = [...layer.packages, ...(zone.packages ?? [])];
  return {
    files: [`${zone.folder}/**`],
    rules: restricted(`${zone.folder} must not import this (scripts/layers.ts)`, forbidden({ ...layer, packages })),
  };
}

function forbidden(layer: Layer): readonly string[] {
  const allowed = new Set<string | undefined>(layer.layers.map((name) => layers[name].alias));
  const aliases = allLayers.flatMap(([, { alias }]) =>
    alias === undefined || allowed.has(alias) ? [] : [`${alias}/**`],
  );
  if (layer.packages.includes('*')) return aliases.filter((alias) => alias !== '#scripts/**');
  const packages = knownPackages.filter((name) => name !== '*' && !layer.packages.includes(name));
  return [...aliases, ...packages.flatMap((name) => (name === 'node:*' ? [name] : [name, `${name}/**`]))];
}

function restricted(message: string, group: readonly string[]): Rules {
  return { 'eslint/no-restricted-imports': ['error', { patterns: [{ group: [...group], message }] }] };
}

function pureFolders(): string[] {
  return allLayers.flatMap(([, { folder, packages }]) =>
    packages.length === 0 && folder !== 'client/panel' ? [`${folder}/**`] : [],
  );
}
