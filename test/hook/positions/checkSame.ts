import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import type { HookSettings } from '#protocol/hookSettings.ts';
import type { Run } from '../../cli/runRubato.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runNode } from '../processes/runNode.ts';

export interface SameRun {
  readonly node: string;
  /** By relative path. */
  readonly files: Readonly<Record<string, string>>;
  /** For Node; relative to the folder of the files. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Partial<HookSettings>;
}

/** The program prints, throws and returns the same with and without the hook. Answers with the run under the hook. */
export async function checkSame(t: TestContext, { node, files, args, env = {}, settings = {} }: SameRun): Promise<Run> {
  const folder = await temporaryFolder(t, files);
  const runs = `${folder}/.rubato/runs/now`;
  await mkdir(runs, { recursive: true });
  const plain = await runNode(args, { node, folder, env: { ...env, RUBATO_OFF: '1' } });
  const hooked = await runNode(args, { node, folder, env, settings: { folder: runs, root: folder, ...settings } });
  assert.deepEqual(withoutPids(hooked), withoutPids(plain));
  return hooked;
}

function withoutPids(run: Run): Run {
  return { ...run, stderr: run.stderr.replaceAll(/\(node:\d+\)/g, '(node:1)') };
}
