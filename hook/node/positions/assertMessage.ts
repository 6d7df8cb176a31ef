/**
 * `assert.ok` says which expression failed. Node 20 looks for it in the file, at the column in the compiled text; Node 22 and later take a piece of
 * the compiled text. An AssertionError prepares its stack while it is being made, so its message is put right before the program sees it.
 */
import { insertionMark, originalText } from '#protocol/insertions.ts';
import { authoredColumn, type ChangedFiles } from './changedFiles.ts';
import { loadParsing } from '../processes/loadParsing.ts';
import { syntaxAt } from './syntaxAt.ts';

/** @param site innermost call site of the error's stack, as V8 has it */
export function restoreAssertMessage(error: unknown, site: NodeJS.CallSite | undefined, files: ChangedFiles): void {
  if (!isAssertionError(error)) return;
  if (error.message.includes(insertionMark)) error.message = originalText(error.message);
  else if (looksInFile && error.operator === '==') error.message = messageAt(site, files) ?? error.message;
}

const looksInFile = Number.parseInt(process.versions.node, 10) < 22;

function messageAt(site: NodeJS.CallSite | undefined, files: ChangedFiles): string | undefined {
  const file = files.find(site?.getFileName());
  const line = site?.getLineNumber();
  const compiled = site?.getColumnNumber();
  if (file === undefined || typeof line !== 'number' || typeof compiled !== 'number') return undefined;
  const column = authoredColumn(file, line, compiled);
  // Node has looked at the right place.
  if (column === compiled) return undefined;
  const { text, lineStart, path } = syntaxAt(file, line, column);
  const call = path.findLast(({ type }) => type === 'CallExpression');
  // With a second argument the message is the program's own.
  if (call === undefined || !('arguments' in call) || !Array.isArray(call.arguments) || call.arguments.length !== 1)
    return undefined;
  if (!isPlainExpression(text, call.start)) return undefined;
  const [first = '', ...rest] = text.slice(call.start, call.end).split(/\r?\n/);
  const indent = Math.max(0, call.start - lineStart);
  const lines = rest.map((each) => `  ${each.replace(new RegExp(`^[ \\t]{0,${indent}}`), '')}`);
  return `The expression evaluated to a falsy value:\n\n  ${[first, ...lines].join('\n')}\n`;
}

/** Node gives up on what is none out of context, such as an `await`. */
function isPlainExpression(text: string, start: number): boolean {
  try {
    loadParsing().parseExpressionAt(text, start, { ecmaVersion: 'latest' });
    return true;
  } catch {
    return false;
  }
}

interface AssertionError {
  message: string;
  readonly operator?: unknown;
}

function isAssertionError(error: unknown): error is AssertionError {
  if (typeof error !== 'object' || error === null || !('code' in error) || error.code !== 'ERR_ASSERTION') return false;
  return 'message' in error && typeof error.message === 'string';
}
