import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';
import { plantedBlocks } from '#scripts/plantedBlocks.ts';
import { checkCulprits } from '../watchdog/checkCulprits.ts';

for (const major of nodeMajors) checkCulprits(`Node ${major}`, nodeBinary(major), plantedBlocks());
