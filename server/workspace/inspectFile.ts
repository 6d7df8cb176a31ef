import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { FilePath } from '#analysis/finding.ts';
import { isTooDeep } from './nesting.ts';

/** Whether the content of a file can be judged. */
export type Inspection =
  /** `note` says what is odd about it all the same. */
  | { readonly kind: 'text'; readonly note?: string }
  /** Made by a tool: left out unless somebody names it. */
  | { readonly kind: 'made'; readonly reason: string }
  /** `isHarmful`: a compiler must not open it either. */
  | { readonly kind: 'unreadable'; readonly reason: string; readonly isHarmful: boolean };

/** Nothing that a person writes is larger; what is larger costs seconds and tells nothing. */
export const maxFileBytes = 1024 * 1024;

/** Looks into a file. Never blocks on pipes and devices, opens one file at a time, throws nothing. */
export async function inspectFile(file: FilePath): Promise<Inspection> {
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer for ever.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await inspectOpened(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { kind: 'unreadable', reason: `cannot be read: ${reasonOf(error)}`, isHarmful: false };
  }
}

async function inspectOpened(handle: FileHandle): Promise<Inspection> {
  const stats = await handle.stat();
  if (!stats.isFile()) return { kind: 'unreadable', reason: 'is not a regular file', isHarmful: true };
  if (stats.size > maxFileBytes) {
    const size = (stats.size / maxFileBytes).toFixed(1);
    return { kind: 'unreadable', reason: `has ${size} MiB, above the limit of 1 MiB`, isHarmful: true };
  }
  return inspectContent(await handle.readFile());
}

/** Whether bytes can be judged as a file of code. */
export function inspectContent(content: Buffer): Inspection {
  if (isUtf16(content)) return { kind: 'unreadable', reason: 'is encoded in UTF-16, not UTF-8', isHarmful: false };
  if (content.includes(0)) return { kind: 'unreadable', reason: 'is binary', isHarmful: true };
  if (isTooDeep(content)) return { kind: 'unreadable', reason: 'is nested too deeply', isHarmful: true };
  const reason = madeByTool(content);
  if (reason !== undefined) return { kind: 'made', reason };
  return isUtf8(content) ? { kind: 'text' } : inspectMixed(content);
}

function isUtf16(content: Buffer): boolean {
  const mark = content.subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff';
}

/** A stray byte in a string is a mistake of an editor; many of them are no text. */
function inspectMixed(content: Buffer): Inspection {
  const text = content.toString('utf8');
  const broken = text.split('\uFFFD').length - 1;
  if (broken * 10 > text.length) return { kind: 'unreadable', reason: 'is binary', isHarmful: true };
  return { kind: 'text', note: 'has bytes that are not UTF-8; they were read as \uFFFD' };
}

function madeByTool(content: Buffer): string | undefined {
  const head = content.toString('utf8', 0, 1000);
  const [comments = ''] = /^(?:\s|#![^\n]*|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))*/.exec(head) ?? [];
  if (/@generated\b|\bgenerated\b[^\n]*\bdo not (?:edit|modify)\b/i.test(comments)) return 'generated';
  return content.length > 5000 && content.length / countLines(content) > 500 ? 'minified' : undefined;
}

function countLines(content: Buffer): number {
  let count = 1;
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) count++;
  return count;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/,? (?:open|read) '.*$/s, '') : String(error);
}
