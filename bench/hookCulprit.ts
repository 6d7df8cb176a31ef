import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';
import { judgePlantedBlock, plantedBlocks } from '#scripts/plantedBlocks.ts';

/**
 * Prints for each Node how many planted blocks are blamed on the right line, and what was found instead: `node bench/hookCulprit.ts [rounds]`.
 * dist/ must be built.
 */
const rounds = Number(process.argv[2] ?? 1);
const names = plantedBlocks();
const goal = Math.ceil(names.length * rounds * 0.95);

console.log(`Right line blamed, of ${names.length} programs in ${rounds} rounds (goal: ${goal})`);
for (const major of nodeMajors) {
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const { isRight, found } = await judgePlantedBlock(nodeBinary(major), name);
      if (!isRight) wrong.push(`${name}: ${found}`);
    }
  }
  const right = names.length * rounds - wrong.length;
  console.log(`Node ${major}  ${right}/${names.length * rounds}${right < goal ? '  below the goal' : ''}`);
  for (const each of wrong) console.log(`  ${each}`);
}
