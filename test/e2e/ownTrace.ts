import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BlockNote, Frame } from '#protocol/messages.ts';
import { defaultHookSettings, settingsVariable } from '#protocol/hookSettings.ts';
import { runFolder } from '#protocol/runFolder.ts';
import { openTrace } from '#runs/openTrace.ts';
import { isAlive, tracedProcesses } from '#runs/processMarks.ts';
import type { ThreadModel } from '#trace/model.ts';
import { eventually } from './eventually.ts';

/** Rubato's own hook in the extension host of each window and in the language server that it starts. */
export interface OwnTrace {
  /** For the Node of the VS Code server, which hands them on to extension hosts. They do nothing without the variable below. */
  readonly nodeArguments: readonly string[];
  /** Variables for an extension host whose extensions lie in this folder. */
  environment(extensions: string): Readonly<Record<string, string>>;
  /** Waits until all traced processes have ended, and prints where their loops stood still for 50 ms and more. */
  print(): Promise<void>;
}

/** Blocks of our own main threads are printed with their stack; those of other extensions and of our worker threads are counted. */
export function ownTrace(): OwnTrace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rubato-own-')));
  const folder = join(root, runFolder.folder, runFolder.runs, '20000101-000000-1');
  const preload = join(root, 'preload.cjs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(preload, preloadText(resolve('dist', 'hook.cjs')));
  return {
    nodeArguments: ['--require', preload],
    environment(extensions) {
      const settings = { ...defaultHookSettings, folder, root: extensions.replaceAll('\\', '/') };
      return { [settingsVariable]: JSON.stringify(settings) };
    },
    async print() {
      await eventually('the end of the traced processes', async () =>
        (await tracedProcesses(folder)).some(isAlive) ? undefined : true,
      );
      const { model } = await openTrace(folder, root);
      printBlocks(model.threads);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** VS Code takes NODE_OPTIONS out of what an extension host gets, so they are set there, for the language server. */
function preloadText(hook: string): string {
  const [name, file] = [JSON.stringify(settingsVariable), JSON.stringify(hook)];
  return `if (process.env[${name}]) { process.env.NODE_OPTIONS = '--require ' + ${file}; require(${file}); }\n`;
}

function printBlocks(threads: readonly ThreadModel[]): void {
  for (const thread of threads) {
    const { pid, thread: number, script } = thread.hello;
    const ours = thread.blocks.filter(({ frames }) => frames.some(isOurs));
    const others = thread.blocks.length - ours.length;
    console.log(
      `\n${script ?? 'a program'}, process ${pid}, thread ${number}: ${ours.length} blocks with our code, ${others} without`,
    );
    // Our worker threads analyze and read: that they block is what they are for.
    const shown = number === 0 ? ours.toSorted((a, b) => b.durationUs - a.durationUs) : [];
    for (const block of shown) console.log(describe(block));
  }
}

function describe({ start, durationUs, gcUs, source, frames }: BlockNote): string {
  const ms = (us: number): string => `${Math.round(us / 1000)} ms`;
  const stack = frames.map(({ name, file, line, column }) => `      ${name} ${file}:${line}:${column}`);
  return [`    ${ms(durationUs)} at ${ms(start)} (collecting garbage ${ms(gcUs)}, found by ${source})`, ...stack].join(
    '\n',
  );
}

function isOurs({ file }: Frame): boolean {
  return /\/rubato\.rubato-[^/]*\/dist\//.test(file);
}
