/**
 * When a program dies of an error, Node prints a line of source and a caret before the stack. It takes the line from the compiled text, so
 * for a changed line the excerpt is made here, from the author's text, and put before `error.stack` when nobody can look at it any more.
 */
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import type { HookContext } from '../contracts.ts';
import { isChangedLine, type ChangedFile, type ChangedFiles } from './changedFiles.ts';
import { framesOf, type PlacedFrame } from './stackText.ts';
import { isAbsolute } from 'node:path';
import { pathOf, showsSources, sourcePlace } from './sourcePlace.ts';
import { throwColumn } from './throwColumn.ts';

interface Fatal {
  readonly error: unknown;
  /** Rejections of promises are reported at the top of the error's stack, other errors where they were thrown. */
  readonly isRejection: boolean;
}

export function keepCrashExcerpts(ctx: HookContext, files: ChangedFiles): void {
  let fatal: Fatal | undefined;
  ctx.onProcessEvent('uncaughtException', (handled, error, origin) => {
    fatal = handled ? undefined : { error, isRejection: origin === 'unhandledRejection' };
    // Thrown by a listener of `exit`: there will be no second one.
    if (Reflect.get(process, '_exiting') === true) correct(fatal, files);
  });
  ctx.onProcessEvent('exit', () => correct(fatal, files));
}

function correct(fatal: Fatal | undefined, files: ChangedFiles): void {
  const error = fatal?.error;
  if (fatal === undefined || !(error instanceof Error) || typeof error.stack !== 'string') return;
  const place = placeOf(error, fatal.isRejection, files);
  const excerpt = place === undefined ? undefined : excerptAt(place);
  if (excerpt === undefined) return;
  // Node 20 leaves one line more where it shows sources.
  const gap = hasWideGap && showsSources(files) ? '\n\n' : '\n';
  const stack = `${excerpt}${gap}${improvedStack(error, error.stack)}`;
  dropNodesExcerpt(error);
  error.stack = stack;
}

const hasWideGap = Number.parseInt(process.versions.node, 10) < 22;

export interface CrashPlace {
  readonly file: Pick<ChangedFile, 'name' | 'text'>;
  readonly line: number;
  readonly column: number;
}

/** Where Node would point; `undefined` where it does so rightly by itself, or where that cannot be known. */
function placeOf(error: Error, isRejection: boolean, files: ChangedFiles): CrashPlace | undefined {
  const frames = framesOf(error);
  const [top] = frames;
  if (top !== undefined && isMapped(top, files)) return sourcePlace(top, isRejection);
  return isRejection ? changedPlace(frames[0], files) : thrownPlace(error, frames, files);
}

interface Changed extends CrashPlace {
  readonly file: ChangedFile;
}

/** Whether Node has taken the frame to another text than it compiled. */
function isMapped({ file }: PlacedFrame, files: ChangedFiles): boolean {
  return showsSources(files) && files.find(file)?.isCompiled !== false && isAbsolute(pathOf(file));
}

function changedPlace(frame: PlacedFrame | undefined, files: ChangedFiles): Changed | undefined {
  const file = files.find(frame?.file);
  if (frame === undefined || file === undefined || !isChangedLine(file, frame.line)) return undefined;
  return { file, line: frame.line, column: frame.column };
}

function thrownPlace(error: Error, frames: readonly PlacedFrame[], files: ChangedFiles): CrashPlace | undefined {
  // Node's own errors are thrown inside Node, whatever their stack begins with.
  if ('code' in error && String(error.code).startsWith('ERR_')) return undefined;
  const place = changedPlace(
    frames.find(({ isConstructor }) => !isConstructor),
    files,
  );
  if (place === undefined) return undefined;
  const column = throwColumn(place.file, place.line, place.column);
  return column === undefined ? undefined : { ...place, column };
}

/** `file:line`, the line, and a caret under the column. */
export function excerptAt({ file, line, column }: CrashPlace): string | undefined {
  const text = file.text().split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
  if (text === undefined) return undefined;
  const underline = text
    .slice(0, column - 1)
    .replaceAll(/[^\t]/g, ' ')
    .slice(0, longestUnderline);
  return `${file.name}:${line}\n${text}\n${underline}${underline.length < longestUnderline ? '^' : ''}\n`;
}

/** Node's bound, in its function GetErrorSource. */
const longestUnderline = 1020;

/**
 * Node prints what `inspect` makes of the error, and that puts the class's name into the first line, but only if the stack begins with it.
 */
function improvedStack(error: Error, stack: string): string {
  const inspected = inspect(error, {
    customInspect: false,
    depth: Math.max(Number(inspect.defaultOptions.depth), 5),
    colors: false,
  });
  const first = stack.split('\n', 1)[0] ?? '';
  const improved = inspected.split('\n', 1)[0] ?? '';
  return improved.startsWith('[') ? stack : improved + stack.slice(first.length);
}

/**
 * Node adds no excerpt to an error that carries one. The function that runs a script marks what is thrown through it so, and changes its stack,
 * which is set afterwards.
 */
function dropNodesExcerpt(error: Error): void {
  try {
    runInNewContext('throw error', { error });
  } catch {
    // It throws what it is given.
  }
}
