import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';
import { checkLoaders } from '../loaders/checkLoaders.ts';
import { checkPositions } from '../positions/checkPositions.ts';

for (const major of nodeMajors) {
  checkPositions(`Node ${major}`, nodeBinary(major));
  checkLoaders(`Node ${major}`, nodeBinary(major));
}
