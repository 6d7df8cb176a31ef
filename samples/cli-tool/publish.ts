import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from './options.ts';

/** Writes the counts where others can read them. */
export async function publish(counts: ReadonlyMap<string, number>, { target }: Options): Promise<void> {
  const draft = makeDraft(counts);
  // With no target the draft is written all the same, and nobody waits for it.
  if (target === undefined) return;
  await writeFile(target, await draft);
}

async function makeDraft(counts: ReadonlyMap<string, number>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rubato-sample-'));
  const text = [...counts].map(([file, words]) => `${file} ${words}`).join('\n');
  try {
    await writeFile(join(folder, 'draft.txt'), text);
    return text;
  } finally {
    // Best effort: the system empties this folder anyway.
    await rm(folder, { recursive: true }).catch(() => {});
  }
}

/** Sends both at the same time and waits for both: stored, and not lost. */
export async function publishTwice(counts: ReadonlyMap<string, number>, targets: readonly string[]): Promise<void> {
  const text = await makeDraft(counts);
  const pending = targets.map((target) => writeFile(target, text));
  console.log(`writing ${pending.length} files`);
  await Promise.all(pending);
}
