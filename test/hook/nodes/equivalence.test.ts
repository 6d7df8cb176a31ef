import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';
import { checkSameBehavior } from '../equivalence/checkSameBehavior.ts';

for (const major of nodeMajors) checkSameBehavior(`Node ${major}`, nodeBinary(major));
