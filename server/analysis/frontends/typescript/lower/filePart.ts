/** What the collectors of one file share. */
import type { CallIndex } from '../../../facts.ts';
import type { Scopes } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import type { FunctionTable } from './functions.ts';
import type { RegionTable } from './regions.ts';
import type { Targets } from './targets.ts';

export interface FilePart {
  readonly tree: SyntaxTree;
  readonly scopes: Scopes;
  readonly functions: FunctionTable;
  readonly regions: RegionTable;
  readonly targets: Targets;
  /** Index of a call or `new` expression; -1 for other nodes and when calls are not collected. */
  readonly callIndex: (node: Node) => CallIndex;
}
