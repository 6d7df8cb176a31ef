import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePlantedBlock } from '#scripts/plantedBlocks.ts';

/** Tests that the hook blames the right line of each of these programs for its block. */
export function checkCulprits(title: string, node: string, names: readonly string[]): void {
  for (const name of names) {
    test(`${title}: the culprit of ${name}`, async () => {
      const { isRight, found } = await judgePlantedBlock(node, name);
      assert.ok(isRight, `blamed ${found}`);
    });
  }
}
