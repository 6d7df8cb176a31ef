import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { maxFileBytes } from '#workspace/inspectFile.ts';

/** A project that all contenders see alike: own sources only, no configuration of any linter, no comments that switch one off. */
export interface ProjectCopy {
  readonly name: string;
  /** Absolute, outside of any repository. */
  readonly root: string;
  /** What to lint, relative to the root: files and folders at its top. */
  readonly entries: readonly string[];
  readonly fileCount: number;
  readonly lineCount: number;
  dispose(): void;
}

const sources = '**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}';
/** Built output and foreign code. */
const leftOut = /(?:^|\/)(?:node_modules|dist|build|coverage|\.[^/]+)(?:\/|$)/;
const linterSettings = /^(?:\.?eslint|\.?oxlint|rubato)[^/]*$/;
const switchedOff = /(eslint|oxlint|rubato)(-disable|-enable|-ignore)/g;

/**
 * Copies the sources of a folder, for example of an unpacked npm package. Its own tsconfig.json is kept; without one it gets
 * a modern, strict one. Its dependencies are those that it had where it lay.
 */
export function projectCopy(folder: string): ProjectCopy {
  const from = resolve(folder);
  const root = mkdtempSync(join(tmpdir(), 'rubato-bench-'));
  cpSync(from, root, { recursive: true, filter: (source) => isWanted(source.slice(from.length + 1), source) });
  const files = globSync(sources, { cwd: root }).filter((file) => !/\.d\.[cm]?ts$/.test(file));
  const texts = files.map((file) => neutralize(join(root, file)));
  const entries = [...new Set(files.map((file) => file.split('/')[0] ?? ''))].toSorted();
  const modules = nodeModulesAbove(from);
  if (modules !== undefined) symlinkSync(modules, join(root, 'node_modules'));
  if (!existsSync(join(root, 'tsconfig.json')))
    writeFileSync(join(root, 'tsconfig.json'), tsconfigText(entries, modules));
  return {
    name: from.split('/').slice(-2).join('/'),
    root,
    entries,
    fileCount: files.length,
    lineCount: texts.reduce((sum, text) => sum + text.split('\n').length, 0),
    dispose: () => rmSync(root, { recursive: true }),
  };
}

/** Files above Rubato's limit go too: the others would read them and Rubato would not. */
function isWanted(path: string, source: string): boolean {
  if (leftOut.test(path) || linterSettings.test(basename(path))) return false;
  const stats = statSync(source);
  return stats.isDirectory() || stats.size <= maxFileBytes;
}

function neutralize(file: string): string {
  const text = readFileSync(file, 'utf8');
  const neutral = text.replace(switchedOff, '$1-comment$2');
  if (neutral !== text) writeFileSync(file, neutral);
  return neutral;
}

function nodeModulesAbove(folder: string): string | undefined {
  const candidate = basename(folder) === 'node_modules' ? folder : join(folder, 'node_modules');
  if (existsSync(candidate)) return candidate;
  return dirname(folder) === folder ? undefined : nodeModulesAbove(dirname(folder));
}

function tsconfigText(entries: readonly string[], modules: string | undefined): string {
  const hasNode = modules !== undefined && existsSync(join(modules, '@types/node'));
  const compilerOptions = {
    strict: true,
    target: 'esnext',
    lib: ['esnext', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    allowImportingTsExtensions: true,
    allowJs: true,
    jsx: 'preserve',
    skipLibCheck: true,
    noEmit: true,
    types: hasNode ? ['node'] : [],
  };
  return JSON.stringify({ compilerOptions, include: entries }, undefined, 2);
}
