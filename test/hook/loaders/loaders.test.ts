import { checkLoaders } from './checkLoaders.ts';

checkLoaders('this Node', process.execPath);
