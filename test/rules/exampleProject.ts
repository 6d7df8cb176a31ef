/** Writes examples of all rules as files of one project and analyses them with an engine. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { openAnalysis, type ActiveRule } from '#analysis/analyze.ts';
import type { Finding, Problem } from '#analysis/finding.ts';
import type { Fix, FixIntent } from '#analysis/fixes.ts';
import type { EngineName } from '#analysis/frontends/typescript/engine.ts';
import type { OptionValue, Rule } from '#analysis/rule.ts';
import { openCompiler } from '#workspace/openCompiler.ts';

/** Names that examples use without declaring them. */
const PREAMBLE = `
declare function save(): Promise<void>;
declare function load(): Promise<string>;
declare function remove(name: string): Promise<void>;
declare function sleep(ms: number): Promise<void>;
declare const isReady: boolean;
`;

/** Default values of a rule's options. */
function defaultOptions(rule: Rule): Record<string, OptionValue> {
  return Object.fromEntries(Object.entries(rule.options ?? {}).map(([name, option]) => [name, option.default]));
}

export interface ExampleRun {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly writeFix: (file: string, intent: FixIntent) => Fix | undefined;
}

/** Files that every project of examples needs, by name. */
export const projectFiles: Readonly<Record<string, string>> = {
  'preamble.d.ts': PREAMBLE,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      target: 'esnext',
      module: 'esnext',
      moduleResolution: 'bundler',
      allowJs: true,
      noEmit: true,
      types: ['node'],
      typeRoots: [path.resolve('node_modules/@types')],
    },
    include: ['.'],
  }),
};

/** Without an import or export a file would share its names with all others. */
export function asModule(source: string): string {
  return /^(import|export)\b/m.test(source) ? source : `${source}\nexport {};\n`;
}

export interface RunOptions {
  readonly engine: EngineName;
  readonly rules: readonly Rule[];
}

/** Analyses every source file of the folder; `use` may ask for fixes while the project is open. */
export async function withExamples<T>(
  folder: string,
  { engine, rules }: RunOptions,
  use: (run: ExampleRun) => T,
): Promise<T> {
  const compiler = await openCompiler({ engine, log: () => undefined });
  const analysis = openAnalysis(
    compiler.openProject({ kind: 'tsconfig', path: path.join(folder, 'tsconfig.json').replaceAll('\\', '/') }),
  );
  try {
    const active: ActiveRule[] = rules.map((rule) => ({ rule, severity: undefined, options: defaultOptions(rule) }));
    const files = (await readdir(folder))
      .filter((name) => /\.[cm]?[jt]sx?$/.test(name) && !name.endsWith('.d.ts'))
      .map((name) => path.join(folder, name).replaceAll('\\', '/'));
    const { findings, problems } = analysis.run({ files, rulesFor: () => active, settings: { knownSafeCalls: [] } });
    return use({ findings, problems, writeFix: (file, intent) => analysis.writeFix(file, intent) });
  } finally {
    analysis.dispose();
    compiler.dispose();
  }
}
