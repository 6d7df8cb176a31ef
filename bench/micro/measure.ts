/**
 * One cell of bench/hookMicro.ts: runs one program for a while in a process of its own and prints `Measured` as JSON.
 * Bundled for the oldest Node before it runs.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { frameType, magic, readFrame, recordsHeaderWords } from '#protocol/frames.ts';
import { defaultHookSettings } from '#protocol/hookSettings.ts';
import { traceModes } from '#protocol/messages.ts';
import { extraWords, payloadBits, recordKind } from '#protocol/records.ts';
import { createRecorder } from '#hook/recorder/createRecorder.ts';
import type { ThreadRecorder } from '#hook/contracts.ts';

/** Per operation of the program, unless it says otherwise. */
export interface Measured {
  /** CPU of the whole process, the drain worker too. */
  readonly cpuNs: number;
  readonly wallNs: number;
  readonly seconds: number;
  /** Of the whole run; absent when nothing was recorded. */
  readonly trace?: MeasuredTrace;
}

export interface MeasuredTrace {
  /** Steps of tasks: no clock, no sync points. */
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly lostWords: number;
  readonly bytesPerEvent: number;
  readonly gzipBytesPerEvent: number;
}

const [, , mode = 'none', program = '', times = '0', folder = '', works = '', table = ''] = process.argv;
const recorder = mode === 'none' ? undefined : start();
const programs: unknown = require(works);
const run = programOf(programs, program);
const operations = Number(times);

async function main(): Promise<void> {
  // Compiled, and the worker in its slow pace.
  for (let round = 0; round < 3; round += 1) await run(operations / 20);
  await sleep(300);
  const wordsBefore = headOf(recorder);
  const cpu = process.cpuUsage();
  const wall = performance.now();
  await run(operations);
  const wallNs = (performance.now() - wall) * 1e6;
  // What is left in the ring costs the worker, too.
  await sleep(150);
  const { user, system } = process.cpuUsage(cpu);
  const words = headOf(recorder) - wordsBefore;
  const measured: Measured = {
    cpuNs: ((user + system) * 1000) / operations,
    wallNs: wallNs / operations,
    seconds: wallNs / 1e9,
  };
  // Flight mode writes no records as long as nothing happens.
  const trace = words === 0 || mode === 'flight' ? undefined : traceOf(words / (wallNs / 1e9));
  console.log(JSON.stringify(trace === undefined ? measured : { ...measured, trace }));
}

function start(): ThreadRecorder {
  const known = traceModes.find((each) => each === mode) ?? 'trace';
  const { recorder: started } = createRecorder({
    settings: { ...defaultHookSettings, folder, root: '/', mode: known, listen: false },
    workerFile: join(__dirname, 'worker.cjs'),
  });
  Reflect.defineProperty(globalThis, '__rubato', { value: started.runtime });
  started.addSites(JSON.parse(readFileSync(table, 'utf8')));
  return started;
}

function traceOf(wordsPerSecond: number): MeasuredTrace {
  const words = headOf(recorder);
  recorder?.close(0, 5000);
  const contents = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const bytes = contents.reduce((sum, each) => sum + each.length, 0);
  const gzipBytes = contents.reduce((sum, each) => sum + gzipSync(each).length, 0);
  const kinds = contents.map(countKinds);
  const read = kinds.reduce((sum, each) => sum + each.words, 0);
  const events = kinds.reduce((sum, each) => sum + each.events, 0);
  return {
    events,
    eventsPerSecond: (wordsPerSecond * events) / read,
    lostWords: words - read,
    bytesPerEvent: bytes / events,
    gzipBytesPerEvent: gzipBytes / events,
  };
}

const clockKinds: readonly number[] = [recordKind.pad, recordKind.time, recordKind.sync];

function countKinds(bytes: Uint8Array): { readonly words: number; readonly events: number } {
  const counts = { words: 0, events: 0 };
  let at = magic.length;
  for (let frame = readFrame(bytes, at); frame.kind === 'frame'; frame = readFrame(bytes, at)) {
    at = frame.next;
    if (frame.type === frameType.records) count(frame.body.subarray(recordsHeaderWords * 4), counts);
  }
  return counts;
}

/** Frames may end inside a record: its other words look like other kinds, one in 16,384 words. */
function count(body: Uint8Array, counts: { words: number; events: number }): void {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 0; at < body.length; at += 4) {
    const kind = view.getUint32(at, true) >>> payloadBits;
    counts.words += 1;
    if (clockKinds.includes(kind)) at += (extraWords[kind] ?? 0) * 4;
    else counts.events += 1;
    counts.words += clockKinds.includes(kind) ? (extraWords[kind] ?? 0) : 0;
  }
}

function headOf(from: ThreadRecorder | undefined): number {
  return (from?.header[0] ?? 0) >>> 0;
}

function programOf(all: unknown, name: string): (operations: number) => unknown {
  const found: unknown = typeof all === 'object' && all !== null ? Reflect.get(all, name) : undefined;
  if (typeof found !== 'function') throw new Error(`No program ${name}`);
  return (n) => Reflect.apply(found, undefined, [n]);
}

void main();
