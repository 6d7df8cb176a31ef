import { writeSync } from 'node:fs';
import { control } from './threadMemory.ts';
import { errorClass } from './errorClass.ts';

const print = writeSync;

/** The one line about a fault that the hook prints in a process, on stderr. Further ones are only in the trace. */
export function printOnce(words: Int32Array, text: string): void {
  if (Atomics.exchange(words, control.hasPrinted, 1) === 1) return;
  try {
    print(2, `rubato: ${text}; the program goes on.\n`);
  } catch {
    // Nobody reads stderr any more.
  }
}

/** A code or a class: messages may hold what the program works on. */
export function faultMessage(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : errorClass(error);
}
