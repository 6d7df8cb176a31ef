import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { everyWait, everyWaitTree } from './psPrograms.ts';
import { startTarget, trees } from './psTarget.ts';

// What V8 keeps for suspended functions differs between versions; what is shown must not.
describe('ps shows the same on every Node', () => {
  for (const major of nodeMajors)
    test(`Node ${major}`, async (t) => {
      const folder = await temporaryFolder(t, { 'main.mjs': everyWait });
      const target = await startTarget(t, ['main.mjs'], { node: nodeBinary(major), cwd: folder });
      assert.equal(await trees(folder, target), everyWaitTree);
    });
});
