/** Evidence of a run of the fixture `shop`, as `rubato run` would leave it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TracedRun } from '../evidence/tracedRun.ts';

const names = ['src/orders.ts', 'src/settings.ts'];

/** A run that ended three minutes ago: `checkout` ran 40 times, its settings blocked the loop, and orders were not saved. */
export function leaveEvidence(folder: string): void {
  const sources = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const { file } = new TracedRun(sources, { startedAt: Date.now() - 185_000, command: 'node server.js' })
    .loaded('src/orders.ts', 'async function checkout', 40, { count: 40, p50: 12, p95: 430, max: 512 })
    .saw('src/orders.ts', 'saveOrder(order)', {
      head: 'async function checkout',
      kind: 'unhandled',
      count: 2,
      errorClasses: ['RangeError'],
    })
    .saw('src/settings.ts', `readFileSync(path, 'utf8')`, {
      head: 'function parse',
      count: 3,
      durationMs: { count: 3, p50: 96, p95: 412, max: 412 },
    });
  mkdirSync(join(folder, '.rubato'), { recursive: true });
  writeFileSync(join(folder, '.rubato', 'evidence.json'), JSON.stringify(file));
}

export function removeEvidence(folder: string): void {
  rmSync(join(folder, '.rubato', 'evidence.json'));
}
