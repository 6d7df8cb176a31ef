import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rules } from '#analysis/rules/index.ts';
import type { Command } from './processTree.ts';
import type { ProjectCopy } from './projectCopy.ts';

/** One line of the table: a linter with a set of rules. */
export interface Contender {
  readonly name: string;
  readonly tool: 'rubato' | 'typescript-eslint' | 'oxlint';
  readonly set: RuleSet;
  command(project: ProjectCopy, outputFile: string): Command;
  /** Findings about floating promises in what the command printed. */
  floating(output: string, project: ProjectCopy): readonly Place[];
  /** What it could not judge, in its own words. Figures mean nothing while there is something here. */
  refusals(output: string): readonly string[];
}

/** `floating`: the rule about floating promises alone. `all`: everything of ours, or the nearest four rules of theirs. */
export type RuleSet = 'floating' | 'all';

export interface Place {
  /** Relative to the copy, forward slashes. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

const folder = resolve('.bench');

/** Installed beside the bench, never into our own dependencies: typescript-eslint needs an older TypeScript than ours. */
const versions = {
  eslint: '10.15.0',
  'eslint-plugin-n': '18.5.0',
  typescript: '6.0.3',
  'typescript-eslint': '8.73.0',
} as const;

/** Installs what is missing and writes the configurations. */
export function preparePeers(): void {
  mkdirSync(folder, { recursive: true });
  if (!isInstalled()) {
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ private: true, dependencies: versions }, undefined, 2),
    );
    const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
    if (status !== 0) throw new Error('The peers could not be installed');
  }
  for (const set of ['floating', 'all'] as const) {
    writeFileSync(eslintConfig(set), eslintConfigText(set));
    writeFileSync(oxlintConfig(set), oxlintConfigText(set));
  }
}

function isInstalled(): boolean {
  return Object.entries(versions).every(([name, version]) => {
    const manifest = join(folder, 'node_modules', name, 'package.json');
    return existsSync(manifest) && readFileSync(manifest, 'utf8').includes(`"version": "${version}"`);
  });
}

/** Ours first. */
export function contenders(cli: string): readonly Contender[] {
  const sets = ['floating', 'all'] as const;
  return [
    ...sets.map((set) => rubato({ cli, engine: 'native', set })),
    ...sets.map((set) => rubato({ cli, engine: 'embedded', set })),
    ...sets.map(oxlint),
    ...sets.map(typescriptEslint),
  ];
}

interface Ours {
  readonly cli: string;
  readonly engine: 'native' | 'embedded';
  readonly set: RuleSet;
}

function rubato({ cli, engine, set }: Ours): Contender {
  const others = rules.filter(({ id }) => set === 'floating' && id !== 'floating-promise');
  const off = others.flatMap(({ id }) => ['--rule', `${id}:off`]);
  return {
    name: `rubato ${engine}, ${set === 'floating' ? 'floating-promise' : `all ${rules.length} rules`}`,
    tool: 'rubato',
    set,
    command: ({ root, entries }, outputFile) => ({
      program: process.execPath,
      args: [cli, 'lint', '--engine', engine, '--no-ignore', '--format', 'json', ...off, ...entries],
      cwd: root,
      outputFile,
    }),
    floating: (output) =>
      parseRubato(output)
        .findings.filter(({ ruleId }) => ruleId === 'floating-promise')
        .map(({ file, range, message }) => ({ file, line: range.start.line, message })),
    refusals: (output) => parseRubato(output).problems.map(({ file, message }) => `${file ?? ''}: ${message}`),
  };
}

/** Our own report, of the version that runs here. */
function parseRubato(output: string): RubatoOutput {
  return JSON.parse(output);
}

interface RubatoOutput {
  readonly findings: readonly {
    readonly ruleId: string;
    readonly file: string;
    readonly range: { readonly start: { readonly line: number } };
    readonly message: string;
  }[];
  readonly problems: readonly { readonly file?: string; readonly message: string }[];
}

function oxlint(set: RuleSet): Contender {
  return {
    name: `oxlint + tsgolint, ${describeSet(set)}`,
    tool: 'oxlint',
    set,
    command: ({ root, entries }, outputFile) => ({
      program: process.execPath,
      args: [
        resolve('node_modules/oxlint/bin/oxlint'),
        ...['--type-aware', '--disable-nested-config', '--config', oxlintConfig(set), '--format', 'json'],
        ...entries,
      ],
      cwd: root,
      outputFile,
    }),
    floating: (output) =>
      parseOxlint(output)
        .diagnostics.filter(({ code }) => code?.includes('no-floating-promises'))
        .map(({ filename, labels: [label], message }) => ({
          file: filename,
          line: label?.span.line ?? 0,
          message,
        })),
    refusals: (output) =>
      parseOxlint(output)
        .diagnostics.filter(({ code }) => code === undefined || code.includes('tsconfig'))
        .map(({ filename, message, help = '' }) => `${filename}: ${message} ${help}`),
  };
}

/** The report of a version that we pin, so its shape is known. */
function parseOxlint(output: string): OxlintOutput {
  return JSON.parse(output);
}

interface OxlintOutput {
  readonly diagnostics: readonly {
    readonly code?: string;
    readonly help?: string;
    readonly filename: string;
    readonly message: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

function typescriptEslint(set: RuleSet): Contender {
  return {
    name: `typescript-eslint, ${describeSet(set)}`,
    tool: 'typescript-eslint',
    set,
    command: ({ root, entries }, outputFile) => ({
      program: process.execPath,
      // Large projects outgrow Node's default heap.
      args: [
        '--max-old-space-size=8192',
        join(folder, 'node_modules/eslint/bin/eslint.js'),
        ...['--config', eslintConfig(set), '--format', 'json', '--no-error-on-unmatched-pattern'],
        ...entries,
      ],
      cwd: root,
      outputFile,
    }),
    floating: (output, { root }) =>
      parseEslint(output).flatMap(({ filePath, messages }) =>
        messages
          .filter(({ ruleId }) => ruleId === '@typescript-eslint/no-floating-promises')
          .map(({ line, message }) => ({ file: filePath.slice(root.length + 1), line, message })),
      ),
    refusals: (output) =>
      parseEslint(output).flatMap(({ filePath, messages }) =>
        messages.filter(({ fatal }) => fatal === true).map(({ message }) => `${filePath}: ${message}`),
      ),
  };
}

/** The report of a version that we pin, so its shape is known. */
function parseEslint(output: string): EslintOutput {
  return JSON.parse(output);
}

type EslintOutput = readonly {
  readonly filePath: string;
  readonly messages: readonly {
    readonly ruleId: string | null;
    readonly line: number;
    readonly message: string;
    readonly fatal?: boolean;
  }[];
}[];

function describeSet(set: RuleSet): string {
  return set === 'floating' ? 'no-floating-promises' : '4 rules';
}

function eslintConfig(set: RuleSet): string {
  return join(folder, `eslint.${set}.config.mjs`);
}

function oxlintConfig(set: RuleSet): string {
  return join(folder, `oxlint.${set}.json`);
}

function eslintConfigText(set: RuleSet): string {
  const names = [
    '@typescript-eslint/no-floating-promises',
    ...(set === 'all'
      ? ['@typescript-eslint/no-misused-promises', '@typescript-eslint/await-thenable', 'n/no-sync']
      : []),
  ];
  return `import { plugin, parser } from 'typescript-eslint';
import n from 'eslint-plugin-n';

export default [
  {
    files: ['**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}'],
    ignores: ['**/*.d.{ts,mts,cts}'],
    languageOptions: { parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': plugin, n },
    rules: ${JSON.stringify(Object.fromEntries(names.map((name) => [name, 'warn'])))},
  },
];
`;
}

function oxlintConfigText(set: RuleSet): string {
  const names = [
    'typescript/no-floating-promises',
    ...(set === 'all' ? ['typescript/no-misused-promises', 'typescript/await-thenable', 'node/no-sync'] : []),
  ];
  return JSON.stringify({
    plugins: ['typescript', 'node'],
    categories: { correctness: 'off' },
    rules: Object.fromEntries(names.map((name) => [name, 'warn'])),
  });
}
