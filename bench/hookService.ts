/**
 * What the hook costs a service: CPU of the server's whole process per request, as a ratio to the same service untraced. `fastify` and `express` do
 * little else than call async functions (services/orders.mjs), the shops do what a usual REST endpoint does (services/shop.mjs).
 * Every round starts each variant as a fresh process and asks them in turn, in short bursts, so that what else the machine does meets all alike;
 * the figure is the median over rounds of the ratio within a round.
 *
 *     node scripts/setup.mjs bench/hookService.ts [--rounds 5] [--seconds 3] [--nodes 20,22,24,26] [--services fastify,express,fastify-shop,express-shop]
 *         [--variants untraced,watch,trace,flight,promiseHooks,async_hooks,bubbleprof]
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    services: { type: 'string', default: 'fastify,express,fastify-shop,express-shop' },
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

/** Until V8 has compiled what there is: with the hook there is more. */
const warmUpSeconds = 4;
/** Into so many bursts the seconds are cut. */
const bursts = 4;
/** What the drain worker still has to do after a burst counts, too. */
const settleMs = 150;

for (const service of values.services.split(',')) {
  for (const major of values.nodes.split(',').map(Number)) await compare(service, major);
}

async function compare(service: string, major: number): Promise<void> {
  const cost = new Map<string, number[]>(chosen.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, us] of await measureRound(service, major, rotate(chosen, round))) cost.get(name)?.push(us);
  }
  const base = cost.get('untraced') ?? [];
  const cells = chosen.map((name) => {
    const own = cost.get(name) ?? [];
    const ratio = median(own.map((us, round) => us / (base[round] ?? Number.NaN)));
    return `${name} ${median(own).toFixed(1)} µs (${ratio.toFixed(2)}x)`;
  });
  console.log(`${service}, Node ${major}: ${cells.join(', ')}`);
}

/** A server under measurement. */
interface Server {
  readonly name: string;
  readonly starter: ReturnType<typeof spawn>;
  readonly folder: string;
  address?: Address;
  cpuUs: number;
  requests: number;
}

/** CPU per request in µs, by variant. */
async function measureRound(
  service: string,
  major: number,
  names: readonly string[],
): Promise<readonly (readonly [name: string, us: number])[]> {
  const servers = names.map((name) => startServer(service, nodeBinary(major), name));
  try {
    for (const server of servers) {
      server.address = await addressOf(server);
      await ask(server.address, warmUpSeconds);
    }
    for (let burst = 0; burst < bursts; burst += 1) for (const server of servers) await measureBurst(server);
    return servers.map(({ name, cpuUs, requests }) => [name, cpuUs / requests]);
  } finally {
    for (const { address, starter, folder } of servers) {
      for (const pid of new Set([address?.pid, starter.pid])) kill(pid);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

async function measureBurst(server: Server): Promise<void> {
  const { address, name } = server;
  if (address === undefined) return;
  const before = cpuMicros(address.pid);
  const { requests, non2xx } = await ask(address, Number(values.seconds) / bursts);
  if (non2xx > 0) throw new Error(`${name}: ${non2xx} failed requests`);
  await wait(settleMs);
  server.cpuUs += cpuMicros(address.pid) - before;
  server.requests += requests.total;
}

async function ask({ port, request }: Address, seconds: number): ReturnType<typeof autocannon> {
  return autocannon({ ...request, url: `http://127.0.0.1:${port}${request.path}`, connections: 32, duration: seconds });
}

/** Another order each round, so that no variant always follows the same one. */
function rotate(names: readonly string[], by: number): readonly string[] {
  const at = by % names.length;
  return [...names.slice(at), ...names.slice(0, at)];
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended already.
  }
}

function startServer(service: string, node: string, name: string): Server {
  const variant = variants[name];
  if (variant === undefined) throw new Error(`No variant ${name}; there are ${Object.keys(variants).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'rubato-bench-'));
  return { name, folder, starter: spawnServer(service, node, variant, folder), cpuUs: 0, requests: 0 };
}

function spawnServer(service: string, node: string, variant: Variant, folder: string): ReturnType<typeof spawn> {
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
  readonly request: Pick<autocannon.Options, 'method' | 'headers' | 'body'> & { readonly path: string };
}

async function addressOf({ folder, starter }: Server): Promise<Address> {
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
  return typeof value === 'object' && value !== null && 'port' in value && 'pid' in value && 'request' in value;
}

/** User and system time so far of all threads that there are. Source: Linux's sched-stats, first field of a thread's `schedstat`, in ns. */
function cpuMicros(pid: number): number {
  const threads = `/proc/${pid}/task`;
  const times = readdirSync(threads).map((thread) =>
    Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, each) => sum + each, 0) / 1000;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
