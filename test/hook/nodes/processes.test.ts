import { nodeBinary, nodeMajors } from '#scripts/nodes.ts';
import { checkWhoIsTraced } from '../processes/checkWhoIsTraced.ts';

for (const major of nodeMajors) checkWhoIsTraced(`Node ${major}`, nodeBinary(major));
