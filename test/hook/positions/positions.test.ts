import { checkPositions } from './checkPositions.ts';

checkPositions('this Node', process.execPath);
