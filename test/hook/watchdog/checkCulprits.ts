import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePlantedBlock } from '#scripts/plantedBlocks.ts';

/**
 * Tests that the hook blames the right line of these programs for its block: of every twenty begun, one may be wrong, since a sample of a stack
 * can come too late on a machine with too much to do.
 */
export function checkCulprits(title: string, node: string, names: readonly string[]): void {
  test(`${title}: the culprits of ${names.length} blocks`, async () => {
    const wrong: string[] = [];
    for (const name of names) {
      const { isRight, found } = await judgePlantedBlock(node, name);
      if (!isRight) wrong.push(`${name}: blamed ${found}`);
    }
    assert.ok(wrong.length <= Math.ceil(names.length / 20), wrong.join('\n'));
  });
}
