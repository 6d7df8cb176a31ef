/** Runs a program as it is and as the transform makes it, and compares everything that it can see. */
import assert from 'node:assert/strict';
import vm from 'node:vm';
import { transformModule } from '#hook/transform/transformModule.ts';
import { originalText } from '#protocol/insertions.ts';
import { checkedRuntime, type CheckedRuntime } from './checkedRuntime.ts';
import { programShape } from './programShape.ts';

/**
 * The program is the body of a function with `log`; what it returns or throws is waited for. Each line of the log begins with the number
 * of microtasks since the start, so that an await more or less shows.
 * @returns what the runtime was told
 */
export async function runBoth(source: string): Promise<CheckedRuntime> {
  const changed = transformModule(source, { format: 'commonjs', file: 1, firstSite: 1, name: 'program.js' });
  assert.ok(changed, `not transformed: ${source}`);
  assert.equal(originalText(changed.code), source);
  assert.ok(
    programShape(changed.code, 'commonjs') === programShape(source, 'commonjs'),
    `other program: ${changed.code}`,
  );
  const checked = checkedRuntime(changed.sites);
  const after = await logOf(changed.code, checked);
  assert.deepEqual(after, await logOf(source, undefined), changed.code);
  assert.deepEqual(checked.faults, [], `${changed.code}\n${checked.events.join('\n')}`);
  return checked;
}

async function logOf(code: string, checked: CheckedRuntime | undefined): Promise<string[]> {
  const context = vm.createContext({ __rubato: checked?.runtime, setImmediate, queueMicrotask });
  const program: unknown = vm.compileFunction(code, ['log', 'exports'], { parsingContext: context });
  const lines: string[] = [];
  const clock = { ticks: 0, isOver: false };
  const log = (...values: readonly unknown[]): void => void lines.push(`${clock.ticks} ${values.map(show).join(' ')}`);
  count(clock);
  try {
    assert.ok(typeof program === 'function');
    log('result', await program(log, {}));
  } catch (error) {
    log('error', error);
  }
  clock.isOver = true;
  return lines;
}

function count(clock: { ticks: number; isOver: boolean }): void {
  if (clock.isOver || clock.ticks > 1000) return;
  clock.ticks++;
  void Promise.resolve(clock).then(count);
}

/** Functions by the text that they show. */
function show(value: unknown): string {
  if (typeof value === 'function') return originalText(String(value));
  if (typeof value === 'symbol') return String(value);
  if (typeof value === 'object' && value !== null && 'message' in value)
    return `${value.constructor.name}: ${String(value.message)}`;
  return JSON.stringify(value) ?? String(value);
}
