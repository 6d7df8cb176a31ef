/** Frames read from the text of a stack. */

/** A frame with a place in a file. Line and column from 1. */
export interface PlacedFrame {
  /** Path or URL, as the stack has it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly isConstructor: boolean;
}

/** Innermost first, with evaluated and built-in code left out only before the first placed one: it is what V8 itself points at. */
export function framesOf({ stack = '', message }: Error): readonly PlacedFrame[] {
  // A message may quote another stack.
  const from = Math.max(0, stack.indexOf(message)) + message.length;
  return stack.slice(from).split('\n').flatMap(frameOf);
}

function frameOf(text: string): readonly PlacedFrame[] {
  const match = /^ {4}at (.*?\()?((?:[^():]|:(?!\d+:\d))+):(\d+):(\d+)\)?$/.exec(text);
  if (match === null) return [];
  const [, callee = '', file = '', line, column] = match;
  return [
    {
      file: callee === '' ? file.replace(/^async /, '') : file,
      line: Number(line),
      column: Number(column),
      isConstructor: callee.startsWith('new '),
    },
  ];
}
