/**
 * What recording costs programs that do nothing but await: CPU of the whole process, worker included, as a ratio to the same program untransformed.
 * Every round runs each variant once on a fresh process; figures are medians over rounds of the ratio within a round.
 *
 *     node scripts/setup.mjs bench/hookMicro.ts [--rounds 5] [--nodes 20,22,24,26] [--programs awaitLoop,fanOut] [--modes trace,watch]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { transformModule } from '#hook/transform/transformModule.ts';
import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';
import type { Measured, MeasuredTrace } from './micro/measure.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    nodes: { type: 'string', default: nodeMajors.join(',') },
    programs: { type: 'string', default: 'awaitLoop,fanOut,generatorLoop,shortWork,parse' },
    modes: { type: 'string', default: 'trace,watch' },
  },
});

/** Operations of a run: about half a second untraced. */
const operations: Readonly<Record<string, number>> = {
  awaitLoop: 5_000_000,
  fanOut: 2_000_000,
  generatorLoop: 1_500_000,
  shortWork: 1_000_000,
  parse: 1_000_000,
};

const folder = mkdtempSync(join(tmpdir(), 'rubato-micro-'));
try {
  await prepare();
  for (const program of values.programs.split(','))
    for (const major of values.nodes.split(',').map(Number)) compare(program, major);
} finally {
  rmSync(folder, { recursive: true });
}

/** The measuring program, the drain worker, and the loops untransformed and transformed. */
async function prepare(): Promise<void> {
  const root = `${import.meta.dirname}/..`;
  await build({
    entryPoints: { measure: `${root}/bench/micro/measure.ts`, worker: `${root}/hook/node/drain/worker.ts` },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    logLevel: 'warning',
  });
  const source = readFileSync(`${root}/bench/micro/loops.cjs`, 'utf8');
  const changed = transformModule(source, { format: 'commonjs', file: 1, firstSite: 1, name: 'loops.cjs' });
  if (changed === undefined) throw new Error('The loops could not be transformed.');
  writeFileSync(join(folder, 'none.cjs'), source);
  writeFileSync(join(folder, 'traced.cjs'), changed.code);
  const table = { files: [{ id: 1, path: '/loops.cjs' }], sites: changed.sites };
  writeFileSync(join(folder, 'sites.json'), JSON.stringify(table));
}

function compare(program: string, major: number): void {
  const modes = ['none', ...values.modes.split(',')];
  const cells = new Map<string, Measured[]>(modes.map((mode) => [mode, []]));
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const mode of round % 2 === 0 ? modes : modes.toReversed()) cells.get(mode)?.push(run(program, major, mode));
  const base = cells.get('none') ?? [];
  const untraced = median(base.map((each) => each.cpuNs));
  const shown = modes.slice(1).map((mode) => describe(mode, cells.get(mode) ?? [], base));
  console.log(`${program}, Node ${major}: untraced ${untraced.toFixed(0)} ns; ${shown.join('; ')}`);
}

function run(program: string, major: number, mode: string): Measured {
  const out = join(folder, 'run');
  mkdirSync(out);
  try {
    const works = join(folder, mode === 'none' ? 'none.cjs' : 'traced.cjs');
    const args = ['measure.cjs', mode, program, String(operations[program]), out, works, join(folder, 'sites.json')];
    const text = execFileSync(nodeBinary(major), args, { cwd: folder, encoding: 'utf8' });
    const measured: unknown = JSON.parse(text);
    if (!isMeasured(measured)) throw new Error(text);
    return measured;
  } finally {
    rmSync(out, { recursive: true });
  }
}

function describe(mode: string, runs: readonly Measured[], base: readonly Measured[]): string {
  const ratio = median(runs.map((each, round) => each.cpuNs / (base[round]?.cpuNs ?? Number.NaN)));
  const traces = runs.flatMap(({ trace }) => (trace === undefined ? [] : [trace]));
  const text = `${mode} ${ratio.toFixed(2)}x`;
  if (traces.length === 0) return text;
  const of = (pick: (trace: MeasuredTrace) => number): number => median(traces.map(pick));
  const added = median(runs.map((each, round) => each.wallNs - (base[round]?.wallNs ?? Number.NaN)));
  const perEvent = added / median(runs.map((each) => (each.trace?.eventsPerSecond ?? 0) * each.wallNs * 1e-9));
  const rate = of(({ eventsPerSecond }) => eventsPerSecond) / 1e6;
  const sizes = `${of((each) => each.bytesPerEvent).toFixed(2)} bytes, gzip ${of((each) => each.gzipBytesPerEvent).toFixed(2)}`;
  const lost = of(({ lostWords }) => lostWords);
  return `${text} (${perEvent.toFixed(1)} ns an event on the thread, ${rate.toFixed(1)} M events/s, ${lost} words lost, ${sizes})`;
}

function isMeasured(value: unknown): value is Measured {
  return typeof value === 'object' && value !== null && 'cpuNs' in value && 'wallNs' in value;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
