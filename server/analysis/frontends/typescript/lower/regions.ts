/** Try statements of a file, and which of them guards a place. */
import type { RegionIndex, TryRegion } from '../../../facts.ts';
import { isFunction } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';

/** A try statement before its handler is judged. */
export interface RegionDraft extends Omit<TryRegion, 'handler' | 'function'> {
  readonly node: Node;
  readonly catchClause: Node;
}

export interface RegionTable {
  readonly drafts: readonly RegionDraft[];
  /** Innermost try *block* around a node inside its own function; -1 without. */
  readonly around: (node: Node) => RegionIndex;
}

export function collectRegions(tree: SyntaxTree): RegionTable {
  const drafts: RegionDraft[] = [];
  const byBlock = new Map<Node, RegionIndex>();
  const around = (node: Node): RegionIndex => {
    for (let at = node; at > 1; at = tree.parent(at)) {
      const region = byBlock.get(at);
      if (region !== undefined && at !== node) return region;
      if (isFunction(tree, at)) return -1;
    }
    return -1;
  };
  for (const node of tree.nodesOf(K.TryStatement)) {
    const block = tree.child(node, 'tryBlock');
    const outer = around(node);
    byBlock.set(block, drafts.length);
    drafts.push({
      node,
      outer,
      catchClause: tree.child(node, 'catchClause'),
    });
  }
  return { drafts, around: drafts.length === 0 ? () => -1 : around };
}
