import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultHookSettings, settingsVariable } from '#protocol/hookSettings.ts';
import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';

/**
 * What the hook adds to the start of a program:
 *
 *   node scripts/setup.mjs bench/hookStartup.ts [--node 20]... [--program own]... [--rounds 15]
 *
 * `service` loads about 1,300 modules of packages, as programs do, and 200 of its own; `own` 1,000 small modules of its own, the worst there is.
 * 30 % of own modules have async functions. One process per start, the ways to start interleaved; medians of the time from start to end of the
 * process, of the time until all modules are loaded, and of its processor time until its end, all threads together; with `least`, what the quietest
 * start took. `kept`: what was transformed lies in `.rubato/cache/`, as it does from the second start on. `idle hook`: a preload that does nothing
 * but to register a load hook, for comparison.
 */
const { values } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: nodeMajors.map(String) },
    program: { type: 'string', multiple: true, default: ['service', 'own'] },
    rounds: { type: 'string', default: '15' },
  },
});

interface Program {
  readonly ownModules: number;
  readonly packages: readonly string[];
}

const programs: Readonly<Record<string, Program>> = {
  service: {
    ownModules: 200,
    packages: [
      'express',
      'fastify',
      'protobufjs',
      '@opentelemetry/otlp-transformer',
      'mocha',
      '@vscode/vsce',
      'autocannon',
    ],
  },
  own: { ownModules: 1000, packages: [] },
};

const figures = ['wall', 'loaded', 'cpu'] as const;
const hook = join(import.meta.dirname, '../dist/hook.cjs');
const idleHook = `require('node:module').registerHooks?.({load:(url,context,next)=>next(url,context)})`;

console.log(`${cpus().length} cores; ms, and ratios to the plain program`);
for (const name of values.program) {
  const program = programs[name];
  if (program === undefined) throw new Error(`No program ${name}; there are ${Object.keys(programs).join(', ')}`);
  for (const major of values.node.map(Number))
    for (const extension of ['cjs', 'mjs'] as const) measure({ name, program, major, extension });
}

interface Measurement {
  readonly name: string;
  readonly program: Program;
  readonly major: number;
  readonly extension: 'cjs' | 'mjs';
}

function measure({ name, program, major, extension }: Measurement): void {
  const root = mkdtempSync(join(tmpdir(), 'rubato-startup-'));
  const folder = join(root, '.rubato/runs/bench');
  try {
    mkdirSync(folder, { recursive: true });
    writeModules(root, extension, program);
    const settings = { ...defaultHookSettings, folder, root, maxProcesses: 1e6 };
    const hooked = { [settingsVariable]: JSON.stringify(settings) };
    const main = join(root, `m0.${extension}`);
    const idle = join(root, 'idleHook.cjs');
    writeFileSync(idle, idleHook);
    const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => startOnce(major, [...args, main], env);
    const first = start(['--require', hook], hooked);
    const ways: Record<string, () => Times> = {
      plain: () => start([]),
      kept: () => start(['--require', hook], hooked),
      ...(major >= 22 ? { 'idle hook': () => start(['--require', idle]) } : {}),
    };
    report(`${name}, Node ${major} ${extension}`, first, interleaved(ways));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** In ms. */
interface Times {
  /** From start to end. */
  readonly wall: number;
  /** From the start of the process until all modules are loaded. */
  readonly loaded: number;
  readonly cpu: number;
}

function interleaved(ways: Readonly<Record<string, () => Times>>): ReadonlyMap<string, readonly Times[]> {
  const all = new Map(Object.keys(ways).map((name) => [name, [] as Times[]]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, start] of Object.entries(ways)) all.get(name)?.push(start());
  }
  return all;
}

function report(title: string, first: Times, ways: ReadonlyMap<string, readonly Times[]>): void {
  const plain = ways.get('plain') ?? [first];
  for (const [name, times] of ways)
    console.log(`${title} ${name}: ${figures.map((figure) => told(figure, times, plain)).join(', ')}`);
  console.log(`${title} first start: ${figures.map((figure) => told(figure, [first], plain)).join(', ')}`);
}

function told(figure: (typeof figures)[number], times: readonly Times[], plain: readonly Times[]): string {
  const of = (each: readonly Times[]): readonly number[] => each.map((time) => time[figure]);
  const ratio = median(of(times)) / median(of(plain));
  const least = Math.min(...of(times)) / Math.min(...of(plain));
  return `${figure} ${median(of(times)).toFixed(0)} ms ${ratio.toFixed(2)}x (least ${least.toFixed(2)}x)`;
}

/** The program tells when it is loaded and its own processor time on its way out. */
function startOnce(major: number, args: readonly string[], env: NodeJS.ProcessEnv): Times {
  const begun = performance.now();
  const child = spawnSync(nodeBinary(major), [...args], { env: { ...process.env, ...env }, encoding: 'utf8' });
  const wall = performance.now() - begun;
  if (child.status !== 0) throw new Error(child.stderr);
  const [loaded = 0, cpu = 0] = child.stdout.split(' ').map(Number);
  return { wall, loaded, cpu };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

/** A tree: the first module loads the packages, each module loads three others. Every third of ten has async functions; all do some work while they load. */
function writeModules(root: string, extension: 'cjs' | 'mjs', { ownModules: count, packages }: Program): void {
  const resolve = createRequire(import.meta.url).resolve;
  const packageLoads = packages.map((name) =>
    extension === 'mjs' ? `import '${pathToFileURL(resolve(name)).href}';` : `require('${resolve(name)}');`,
  );
  for (let index = 0; index < count; index += 1) {
    const children = [1, 2, 3].map((offset) => 3 * index + offset).filter((child) => child < count);
    const loads = children.map((child) =>
      extension === 'mjs'
        ? `import { total as t${child} } from './m${child}.mjs';`
        : `const { total: t${child} } = require('./m${child}.cjs');`,
    );
    const ends =
      index === 0
        ? [
            `const loaded = performance.now();`,
            // Behind the listeners of the hook, which writes the trace in the end.
            `process.reallyExit = ((exit) => (code) => {`,
            `  console.log(loaded, Object.values(process.cpuUsage()).reduce((a, b) => a + b) / 1000);`,
            `  exit.call(process, code);`,
            `})(process.reallyExit);`,
            `process.exit();`,
          ]
        : [];
    const exported = extension === 'mjs' ? 'export { total };' : 'module.exports = { total };';
    const body = [
      ...Array.from({ length: 8 }, (_, number) => syncFunction(number)),
      ...(index % 10 < 3 ? [asyncFunctions()] : []),
    ];
    const work = `const total = [${['1', ...children.map((child) => `t${child}`)].join(', ')}].map((value) => sum0([value], { scale: 2 })).reduce((a, b) => a + b);`;
    writeFileSync(
      join(root, `m${index}.${extension}`),
      [...(index === 0 ? packageLoads : []), ...loads, ...body, work, exported, ...ends, ''].join('\n'),
    );
  }
}

function syncFunction(number: number): string {
  return `
/** Adds up what it is given, lists of lists too, and formats the sum for the table that is printed in the end. */
function sum${number}(values, options = {}) {
  let sum = 0;
  for (const value of values) {
    if (typeof value === 'number' && !Number.isNaN(value)) sum += value * (options.scale ?? 1);
    else if (Array.isArray(value)) sum += sum${number}(value, options);
  }
  return options.label === undefined ? sum : \`\${options.label}: \${sum.toFixed(2)}\`;
}`;
}

function asyncFunctions(): string {
  return `
async function load(id, store) {
  try {
    const row = await store.get(id);
    const parts = await Promise.all(row.children.map((child) => store.get(child)));
    return { row, parts, sum: sum0(parts) };
  } catch (error) {
    if (error.code !== 'MISSING') throw error;
    return undefined;
  }
}

async function save(id, values, store) {
  const before = await load(id, store);
  if (before === undefined) return false;
  await store.put(id, { ...before.row, values });
  return true;
}`;
}
