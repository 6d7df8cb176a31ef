import { types } from 'node:util';
import { fileURLToPath } from 'node:url';
import type { Frame } from '#protocol/messages.ts';

/** Reads where an error was made, without the program noticing. */
export type ErrorFrames = (error: unknown) => readonly Frame[];

const mostFrames = 8;
const { getOwnPropertyDescriptor } = Object;
const { apply, get } = Reflect;

/**
 * To be called when the hook has put its own `Error.prepareStackTrace` in place, if it does. A stack is made when it is read for the first time, by
 * whatever function is there at that moment. So it is read only while that is still the one of now: a function of the program would see a call that
 * it does not expect. Neither are getters of the program called, nor anything of an error that is a proxy.
 */
export function errorFrames(): ErrorFrames {
  const prepare = own(Error, 'prepareStackTrace', 'value');
  const engineGetter = own(new Error('probe'), 'stack', 'get');
  return (error) => {
    if (!types.isNativeError(error) || own(Error, 'prepareStackTrace', 'value') !== prepare) return [];
    const getter = own(error, 'stack', 'get');
    if (getter !== engineGetter) return [];
    const text = typeof getter === 'function' ? apply(getter, error, []) : own(error, 'stack', 'value');
    return typeof text === 'string' ? framesIn(text, own(error, 'message', 'value')) : [];
  };
}

/** Part of the descriptor of an own property. */
function own(target: object, key: string, part: 'value' | 'get'): unknown {
  const descriptor: object = getOwnPropertyDescriptor(target, key) ?? {};
  return get(descriptor, part);
}

/** The message comes first and may look like anything, another stack for example. */
function framesIn(stack: string, message: unknown): readonly Frame[] {
  const skipped = typeof message === 'string' ? Math.max(0, stack.indexOf(message)) + message.length : 0;
  const frames: Frame[] = [];
  for (const line of stack.slice(skipped).split('\n')) {
    const frame = frameOf(line);
    if (frame !== undefined) frames.push(frame);
    if (frames.length === mostFrames) break;
  }
  return frames;
}

/** `    at async name (file:line:column)`, with or without a name. */
const frameLine = /^ {4}at (?:(.*) \()?(.*?):(\d+):(\d+)\)?$/;

function frameOf(text: string): Frame | undefined {
  const match = frameLine.exec(text);
  if (match === null) return undefined;
  const [, name = '', place = '', line, column] = match;
  const isPromise = name.startsWith('async ') || place.startsWith('async ');
  const file = isPromise && name === '' ? place.slice('async '.length) : place;
  return {
    name: name.replace(/^async /, ''),
    file: pathOf(file),
    line: Number(line),
    column: Number(column),
  };
}

function pathOf(file: string): string {
  if (!file.startsWith('file:')) return file.replaceAll('\\', '/');
  try {
    return fileURLToPath(file).replaceAll('\\', '/');
  } catch {
    return file;
  }
}
