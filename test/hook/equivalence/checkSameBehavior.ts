import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { HookSettings } from '#protocol/hookSettings.ts';
import { programFolder, readProgram, runHooked, runPlain, type Program } from './runProgram.ts';

/** Every program of the corpus must behave the same with and without the hook on that Node. */
export function checkSameBehavior(title: string, node: string, over: Partial<HookSettings> = {}): void {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' });
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const programs = globSync(`${programFolder}/*.{cjs,mjs,ts}`).toSorted().map(readProgram);
  const runnable = programs.filter((program) => isOldEnough(program, major, minor));
  describe(`same behavior with and without hook, ${title}`, { concurrency: 4 }, () => {
    for (const program of runnable) {
      it(program.name, async () => {
        const plain = await runPlain(node, program);
        assert.deepEqual(await runHooked(node, program, over), plain);
      });
    }
  });
}

function isOldEnough({ oldestNode: [major, minor] }: Program, runningMajor: number, runningMinor: number): boolean {
  return runningMajor > major || (runningMajor === major && runningMinor >= minor);
}
