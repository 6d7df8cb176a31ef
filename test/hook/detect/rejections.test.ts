import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test, type TestContext } from 'node:test';
import { isRecord } from './isRecord.ts';
import { runText, type TextToRun } from './runText.ts';

/** Runs a module and compares what was noted of rejections: `outcome #id class`, and `name file:line:column` of each frame. */
async function checkRejections(t: TestContext, program: TextToRun, expected: readonly string[]): Promise<void> {
  const { notes } = await runText(t, program);
  const told = notes.filter(({ kind }) => kind === 'rejection');
  assert.deepEqual(told.map(describeRejection), expected);
  assert.doesNotMatch(JSON.stringify(notes), /secret/, 'messages and values stay in the program');
}

function describeRejection(note: Readonly<Record<string, unknown>>): string {
  const frames = Array.isArray(note['frames']) ? note['frames'].filter(isRecord) : [];
  const places = frames
    .filter(({ file }) => String(file).endsWith('app.mjs'))
    .map(
      ({ name, file, line, column }) => ` ${String(name)} ${basename(String(file))}:${String(line)}:${String(column)}`,
    );
  const task = note['task'] === 0 ? '' : ' task';
  const site = note['site'] === 0 ? '' : ' site';
  return `${String(note['outcome'])} #${String(note['id'])} ${String(note['errorClass'])}${task}${site}${places.join()}`;
}

const listener = `process.on('unhandledRejection', () => {});`;

test('a floating promise that rejects: class, task, site and the place as its author sees it', (t) => {
  const text = `class DbError extends Error {}
async function load() { await null; throw new DbError('secret'); }
${listener}
load();
`;
  return checkRejections(t, { text }, ['unhandled #1 DbError task site load app.mjs:2:43']);
});

test('one that is handled late has two notes with one id', (t) => {
  const text = `${listener}
const late = Promise.reject(new TypeError('secret'));
await new Promise((resolve) => setTimeout(resolve, 5));
late.catch(() => {});
await new Promise((resolve) => setTimeout(resolve, 5));
`;
  return checkRejections(t, { text }, ['unhandled #1 TypeError  app.mjs:2:29', 'late #1 TypeError']);
});

test('values that are no errors are told by their type', (t) => {
  const text = `${listener}
await null;
Promise.reject('secret');
`;
  return checkRejections(t, { text }, ['unhandled #1 string site']);
});

for (const mode of ['none', 'warn', 'strict', 'throw']) {
  test(`--unhandled-rejections=${mode}: told once`, (t) => {
    const text = `Promise.reject(new RangeError('secret'));
await new Promise((resolve) => setTimeout(resolve, 5));
`;
    const site = mode === 'strict' ? '' : ' site';
    const expected = [`unhandled #1 RangeError${site}  app.mjs:1:16`];
    return checkRejections(t, { text, nodeArgs: [`--unhandled-rejections=${mode}`] }, expected);
  });
}

test('a program that prepares stacks itself is not called for ours', (t) => {
  const text = `${listener}
await null;
Error.prepareStackTrace = () => Promise.reject(new SyntaxError('prepared'));
Promise.reject(new Error('secret'));
`;
  return checkRejections(t, { text }, ['unhandled #1 Error site']);
});

test('no getter and no trap of the program runs', (t) => {
  const text = `${listener}
await null;
const shout = () => Promise.reject(new SyntaxError('read'));
const error = new Error('secret');
Object.defineProperty(error, 'stack', { get: shout });
Object.defineProperty(error, 'message', { get: shout });
Promise.reject(error);
Promise.reject(new Proxy(error, { get: shout, getPrototypeOf: shout, getOwnPropertyDescriptor: shout }));
`;
  return checkRejections(t, { text }, ['unhandled #1 Error site', 'unhandled #2 object site']);
});
