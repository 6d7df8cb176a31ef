import { checkWhoIsTraced } from './checkWhoIsTraced.ts';

checkWhoIsTraced('this Node', process.execPath);
