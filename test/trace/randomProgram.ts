import type { TraceWriter } from './traceWriter.ts';

/** Whole numbers from 0 up to a bound, the same for the same seed (mulberry32). */
export type Random = (below: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Lets a writer record a program that starts, awaits, yields, rejects, floats and loses tasks at random. */
export function randomProgram(writer: TraceWriter, random: Random, steps: number): void {
  const functions = [1, 2, 3].map(() => writer.site({ kind: 'function' }));
  const awaits = functions.map((owner) => writer.site({ kind: 'await', owner }));
  const generator = writer.site({ kind: 'yield', owner: functions[0] ?? 0 });
  const call = writer.site({ kind: 'call' });
  const pick = (list: readonly number[]): number => list[random(list.length)] ?? 0;
  const recent: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    if (random(3) === 0) writer.wait(random(3000));
    if (recent.length > 200) finish(writer, recent.shift() ?? 0);
    const action = random(10);
    if (action < 3 && depth(writer) < 12) recent.push(writer.enter(pick(functions)));
    else if (action < 7 && writer.current !== 0) {
      if (action < 5) writer.suspend(pick(awaits));
      else if (action === 5) writer.yield(generator);
      else writer.floating(call);
    } else actOnOthers(action);
  }

  function actOnOthers(action: number): void {
    const waiting = recent.slice(-60).filter((id) => writer.tasks.get(id)?.state === 'waiting');
    if (action === 7 && waiting.length > 0 && random(8) === 0) writer.lost(pick(waiting));
    else if (action < 9 && waiting.length > 0) writer.resume(pick(waiting));
    else if (writer.current !== 0) {
      if (random(4) === 0) writer.throw();
      writer.exit();
    }
  }
}

/** So that most tasks end. */
function finish(writer: TraceWriter, id: number): void {
  if (writer.tasks.get(id)?.state !== 'waiting') return;
  writer.resume(id);
  writer.exit();
}

function depth(writer: TraceWriter): number {
  let count = 0;
  for (let id = writer.current; id !== 0; id = writer.tasks.get(id)?.returnTo ?? 0) count += 1;
  return count;
}
