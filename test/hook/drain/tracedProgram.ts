import { spawn } from 'node:child_process';
import { open, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { defaultHookSettings, type HookSettings } from '#protocol/hookSettings.ts';
import { runFolder } from '#protocol/runFolder.ts';
import type { TraceModel } from '#trace/model.ts';
import { readTrace } from '#trace/readTrace.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

export interface ProgramOptions {
  readonly settings?: Partial<HookSettings>;
  /** See `MemorySizes`. */
  readonly sizes?: { readonly ringWords?: number; readonly slots?: number };
  /** See `RecorderOptions`. */
  readonly startsWorker?: 'at once' | 'when loaded';
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** No file may get longer than that many times 512 bytes; longer ones fail as on a full disk. */
  readonly fileBlocks?: number;
  /** Called with each line of stdout as it comes. */
  readonly onLine?: (line: string, folder: string, pid: number) => void;
}

export interface EndedProgram {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Folder of the run. */
  readonly folder: string;
  readonly pid: number;
}

/**
 * Runs a program with a recorder in a process of its own. It begins with `recorder`, `rt` (the runtime), `started`, `drainWorker`, `sleep(ms)` and
 * `end(code)`, which closes the recorder, and `workerReady()`, when the drain worker has come up. `runThread(code)` runs code in a worker thread that finds the same names.
 */
export async function runProgram(t: TestContext, program: string, options: ProgramOptions = {}): Promise<EndedProgram> {
  const folder = await temporaryFolder(t, {});
  const run = options.settings?.folder ?? folder;
  const settings = { ...defaultHookSettings, root: folder, listen: false, ...options.settings, folder: run };
  const prelude = preludeOf(settings, options);
  await writeFile(path.join(folder, 'thread.mjs'), `${prelude}\nawait import(workerData.program);`);
  await writeFile(path.join(folder, 'main.mjs'), `${prelude}\n${program}`);
  const limit = options.fileBlocks === undefined ? '' : `ulimit -f ${options.fileBlocks};`;
  const command = `${limit} exec "$@"`;
  const child = spawn('/bin/sh', ['-c', command, 'sh', process.execPath, ...(options.flags ?? []), 'main.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder, XDG_RUNTIME_DIR: '', NODE_OPTIONS: '' },
  });
  const pid = child.pid ?? 0;
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const before = stdout.split('\n').length - 1;
    stdout += text;
    for (const line of stdout.split('\n').slice(before, -1)) options.onLine?.(line, run, pid);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const { promise, resolve } = Promise.withResolvers<EndedProgram>();
  child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, folder: run, pid }));
  return promise;
}

function preludeOf(settings: HookSettings, { sizes = {}, startsWorker = 'at once' }: ProgramOptions): string {
  const hook = path.resolve(import.meta.dirname, '../../../hook/node');
  return `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { Worker, workerData } from 'node:worker_threads';
    import { createRecorder } from ${JSON.stringify(`${hook}/recorder/createRecorder.ts`)};
    const started = createRecorder({
      settings: ${JSON.stringify(settings)},
      workerFile: ${JSON.stringify(`${hook}/drain/worker.ts`)},
      sizes: ${JSON.stringify(sizes)},
      startsWorker: ${JSON.stringify(startsWorker)},
      onWorker: (worker) => Object.assign(globalThis, { drainWorker: worker }),
    });
    const { recorder } = started;
    const rt = recorder.runtime;
    const workerReady = async () => { while (recorder.header[7] === 0) await sleep(5); };
    const end = (code) => recorder.close(code, 5000);
    const runThread = (code) => {
      const worker = new Worker(new URL('thread.mjs', import.meta.url), {
        workerData: { program: 'data:text/javascript,' + encodeURIComponent(code) },
      });
      return worker;
    };
    Object.assign(globalThis, { started, recorder, rt, end, sleep, workerReady });
  `;
}

/** All segments of a run, read as one trace. */
export async function traceOf({ folder }: Pick<EndedProgram, 'folder'>): Promise<TraceModel> {
  return readTrace(Buffer.concat(await segmentsOf(folder)));
}

export async function segmentsOf(folder: string): Promise<readonly Buffer[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(runFolder.segmentExtension));
  return Promise.all(names.toSorted().map((name) => bytesOf(path.join(folder, name))));
}

async function bytesOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
