import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runFolder } from '#protocol/runFolder.ts';
import { TraceWriter } from '../trace/traceWriter.ts';

/** Names as somebody would make them up who wants more than being read. Each tries to leave a mark that the test looks for. */
export const hostile = {
  html: `<img src=x onerror="alert('html')">`,
  script: `<script>alert('script')</script>`,
  command: '[Shelf](command:workbench.action.closeActiveEditor) $(zap)',
  /** Colors of a terminal, and a text that turns its direction. */
  control: '\u001B[31mred\u001B[0m \u202Eesrever\u202C',
} as const;

/**
 * Leaves a run in a folder that names all of these, and two places outside: one behind the link `src/linked.js`, one by its path.
 * @param outside absolute path of a file outside of the folder
 */
export function leaveHostileRun(folder: string, outside: string): void {
  symlinkSync(outside, join(folder, 'src', 'linked.js'));
  const run = join(folder, runFolder.folder, runFolder.runs, '20990101-000000-666');
  mkdirSync(run, { recursive: true });
  const [startedAt, endedAt] = [Date.now() - 60_000, Date.now() - 1000];
  const manifest = {
    version: 1,
    startedAt,
    endedAt,
    command: `node ${hostile.html} ${hostile.command}`,
    mode: 'trace',
  };
  writeFileSync(join(run, runFolder.manifest), JSON.stringify(manifest));
  writeFileSync(join(run, runFolder.trace), gzipSync(hostileTrace(folder, startedAt)));
}

function hostileTrace(folder: string, startedAt: number): Uint8Array {
  const writer = new TraceWriter({ script: `${folder}/${hostile.html}.js`, startedAt });
  const files = [`${folder}/src/linked.js`, '/etc/passwd', `${folder}/src/${hostile.control}.js`];
  const names = [hostile.html, hostile.command, hostile.control + hostile.script];
  for (const [index, path] of files.entries()) {
    const file = writer.file(path);
    const label = names[index] ?? '';
    const owner = writer.site({ kind: 'function', file, line: 1, label, hash: `${index}` });
    const wait = writer.site({ kind: 'await', file, line: 2, label, owner });
    writer.enter(owner);
    writer.suspend(wait);
    writer.wait(1000);
  }
  writer.wait(7_000_000);
  writer.live();
  writer.goodbye({ exitCode: 0 });
  return writer.bytes();
}
