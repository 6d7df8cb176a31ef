import { globSync, readFileSync, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { TransformOptions } from '#hook/contracts.ts';
import { rewriteModule } from '#hook/transform/rewriteModule.ts';
import { parseModule } from '#hook/transform/syntax.ts';
import { transformModule } from '#hook/transform/transformModule.ts';
import { isWorthParsing } from '#hook/transform/worthParsing.ts';

/**
 * Speed of the hook's transform and of its parts, on every module below some folders:
 *
 *   node bench/transform.ts [folder]... [--rounds 3] [--limit 3000]
 *
 * Cold is what a program's start is like; the warm rounds are what a long one comes to. The engine remembers what it has compiled, so that
 * the check of the result costs next to nothing in warm rounds. Rates are of source text.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, limit: { type: 'string', default: '3000' } },
});

interface Module {
  readonly source: string;
  readonly options: TransformOptions;
}

const all = modulesOf(positionals.length === 0 ? ['node_modules'] : positionals).slice(0, Number(values.limit));
const worth = all.filter(({ source }) => isWorthParsing(source));
console.log(`${all.length} modules, ${megabytes(all)} MB; ${worth.length} worth parsing, ${megabytes(worth)} MB`);
console.log(`cold: ${transformRate()}`);
const parsed = worth.filter(canBeParsed);
for (let round = 1; round <= Number(values.rounds); round++)
  console.log(`warm: ${transformRate()}, ${partRates().join(', ')}`);

function transformRate(): string {
  return rate('transform', worth, ({ source, options }) => transformModule(source, options));
}

function partRates(): string[] {
  const filter = rate('filter', all, ({ source }) => isWorthParsing(source));
  const parse = rate('parse', parsed, ({ source, options }) => parseModule(source, options.format));
  const rewrite = rate('parse and rewrite', parsed, ({ source, options }) => rewriteModule(source, options));
  return [filter, parse, rewrite];
}

function rate<T extends Module>(what: string, modules: readonly T[], run: (module: T) => unknown): string {
  const start = performance.now();
  for (const module of modules) run(module);
  const ms = performance.now() - start;
  return `${what} ${((modules.reduce((sum, { source }) => sum + source.length, 0) / ms) * 1e-3).toFixed(1)} MB/s (${((ms * 1e3) / modules.length).toFixed(0)} µs each)`;
}

function modulesOf(folders: readonly string[]): Module[] {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.{js,mjs,cjs}`)).toSorted();
  return files
    .filter((file) => statSync(file).isFile())
    .map((file) => {
      const source = readFileSync(file, 'utf8');
      const format = /\.mjs$|^(?:import|export) /m.test(`${file}\n${source}`) ? 'module' : 'commonjs';
      return { source, options: { format, file: 1, firstSite: 1, name: file } };
    });
}

/** Templates and fixtures are no JavaScript. */
function canBeParsed({ source, options }: Module): boolean {
  try {
    parseModule(source, options.format);
    return true;
  } catch {
    // Counted by nobody.
    return false;
  }
}

function megabytes(modules: readonly Module[]): string {
  return (modules.reduce((sum, { source }) => sum + source.length, 0) * 1e-6).toFixed(1);
}
