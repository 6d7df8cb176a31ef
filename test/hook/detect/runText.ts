import type { TestContext } from 'node:test';
import type { HookSettings } from '#protocol/hookSettings.ts';
import { runHooked, type HookedRun } from '#scripts/plantedBlocks.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

export interface TextToRun {
  readonly text: string;
  readonly nodeArgs?: readonly string[];
  readonly settings?: Partial<HookSettings>;
}

/** Runs a module (`app.mjs`) with the hook. */
export async function runText(t: TestContext, { text, nodeArgs = [], settings }: TextToRun): Promise<HookedRun> {
  const root = await temporaryFolder(t, { 'app.mjs': text });
  return runHooked(process.execPath, [...nodeArgs, `${root}/app.mjs`], { root, ...settings });
}
