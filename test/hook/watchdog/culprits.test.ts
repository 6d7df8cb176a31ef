import { plantedBlocks } from '#scripts/plantedBlocks.ts';
import { checkCulprits } from './checkCulprits.ts';

/** One program of each kind; the nodes stage runs them all on every Node. */
const firstOfKind = plantedBlocks().filter((name, at, all) => name.split('-')[0] !== all[at - 1]?.split('-')[0]);

checkCulprits('This Node', process.execPath, firstOfKind);
