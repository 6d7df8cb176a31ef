/**
 * What the hook costs a service: CPU of the server's whole process per request, as a ratio to the same service untraced.
 * Every round runs each variant once, one after the other, on a fresh process; the figure is the median over rounds of the ratio within a round.
 *
 *     node scripts/setup.mjs bench/hookService.ts [--rounds 5] [--seconds 3] [--nodes 20,22,24,26] [--services fastify,express]
 *         [--variants untraced,watch,trace,flight,promiseHooks,async_hooks,bubbleprof]
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { defaultHookSettings, settingsVariable, type HookSettings } from '#protocol/hookSettings.ts';
import type { TraceMode } from '#protocol/messages.ts';
import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    nodes: { type: 'string', default: nodeMajors.join(',') },
    services: { type: 'string', default: 'fastify,express' },
    variants: { type: 'string', default: 'untraced,watch,trace,promiseHooks,async_hooks' },
  },
});

/** How a server is started, by the name in the table. */
interface Variant {
  readonly preload?: string;
  readonly mode?: TraceMode;
  /** Under clinic bubbleprof, the older tool for this. */
  readonly isBubbleprof?: boolean;
}
const variants: Readonly<Record<string, Variant>> = {
  untraced: {},
  watch: { mode: 'watch' },
  trace: { mode: 'trace' },
  flight: { mode: 'flight' },
  promiseHooks: { preload: `${import.meta.dirname}/services/emptyPromiseHooks.cjs` },
  async_hooks: { preload: `${import.meta.dirname}/services/emptyAsyncHooks.cjs` },
  bubbleprof: { isBubbleprof: true },
};
const chosen = values.variants.split(',');

for (const service of values.services.split(',')) {
  for (const major of values.nodes.split(',').map(Number)) await compare(service, major);
}

async function compare(service: string, major: number): Promise<void> {
  const cost = new Map<string, number[]>(chosen.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const name of rotate(chosen, round)) cost.get(name)?.push(await cpuPerRequest(service, major, name));
  }
  const base = cost.get('untraced') ?? [];
  const cells = chosen.map((name) => {
    const own = cost.get(name) ?? [];
    const ratio = median(own.map((us, round) => us / (base[round] ?? Number.NaN)));
    return `${name} ${median(own).toFixed(1)} µs (${ratio.toFixed(2)}x)`;
  });
  console.log(`${service}, Node ${major}: ${cells.join(', ')}`);
}

/** Another order each round, so that no variant always follows the same one. */
function rotate(names: readonly string[], by: number): readonly string[] {
  const at = by % names.length;
  return [...names.slice(at), ...names.slice(0, at)];
}

async function cpuPerRequest(service: string, major: number, name: string): Promise<number> {
  const variant = variants[name];
  if (variant === undefined) throw new Error(`No variant ${name}; there are ${Object.keys(variants).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'rubato-bench-'));
  const starter = startServer(service, nodeBinary(major), variant, folder);
  let server = starter.pid;
  try {
    const { port, pid } = await addressOf(folder, starter);
    server = pid;
    const url = `http://127.0.0.1:${port}/orders/7`;
    await autocannon({ url, connections: 32, duration: 1 });
    const before = cpuMicros(pid);
    const { requests, non2xx } = await autocannon({ url, connections: 32, duration: Number(values.seconds) });
    const after = cpuMicros(pid);
    if (non2xx > 0) throw new Error(`${name}: ${non2xx} failed requests`);
    return (after - before) / requests.total;
  } finally {
    for (const pid of new Set([server, starter.pid])) kill(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended already.
  }
}

function startServer(service: string, node: string, variant: Variant, folder: string): ReturnType<typeof spawn> {
  const { preload, mode, isBubbleprof } = variant;
  const root = `${import.meta.dirname}/services`;
  const hook = preload ?? (mode === undefined ? undefined : `${import.meta.dirname}/../dist/hook.cjs`);
  const settings: HookSettings = { ...defaultHookSettings, folder, root, mode: mode ?? 'trace' };
  const program = [...(hook === undefined ? [] : ['--require', hook]), `${root}/${service}.mjs`];
  const starter = isBubbleprof === true ? [clinic(), 'bubbleprof', '--collect-only', '--dest', folder, '--', node] : [];
  const env = {
    PATH: process.env['PATH'],
    BENCH_ADDRESS: `${folder}/address.json`,
    // Without an answer to whether it may report its use, clinic ends at once.
    ...(isBubbleprof === true ? { NO_INSIGHT: '1' } : {}),
    ...(mode === undefined ? {} : { [settingsVariable]: JSON.stringify(settings) }),
  };
  return spawn(node, [...starter, ...program], { env, stdio: ['ignore', 'ignore', 'ignore'] });
}

/** clinic's command, installed apart on first use: its last release is of 2023 and brings 500 packages. */
function clinic(): string {
  const folder = resolve('.bench/clinic');
  const script = `${folder}/node_modules/clinic/bin.js`;
  if (existsSync(script)) return script;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  execFileSync('npm', ['install', 'clinic@13', '--prefix', folder, '--no-audit', '--no-fund', '--silent'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return script;
}

interface Address {
  readonly port: number;
  readonly pid: number;
}

async function addressOf(folder: string, starter: ReturnType<typeof spawn>): Promise<Address> {
  const file = `${folder}/address.json`;
  while (!existsSync(file)) {
    if (starter.exitCode !== null) throw new Error(`The server ended with ${starter.exitCode}`);
    await wait(20);
  }
  const address: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isAddress(address)) throw new Error('The server announced no address');
  return address;
}

function isAddress(value: unknown): value is Address {
  return typeof value === 'object' && value !== null && 'port' in value && 'pid' in value;
}

/** User and system time of all threads so far. Source: proc(5), fields 14 and 15, in ticks of 10 ms. */
function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
