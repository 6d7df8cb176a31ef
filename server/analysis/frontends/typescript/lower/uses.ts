/** Places where a value that may be a promise is thrown away, tested or returned past a catch. */
import type { Need } from '../../../rule.ts';
import { K } from '../syntax/kinds.ts';
import { DiscardedUses } from './discardedUses.ts';
import type { FilePart } from './filePart.ts';
import { ReturnedUses } from './returnedUses.ts';
import { TestedUses, testingKinds } from './testedUses.ts';
import { addUsesTo, type UseDraft } from './useDraft.ts';

export function collectUses(part: FilePart, needs: ReadonlySet<Need>): UseDraft[] {
  const { tree } = part;
  const drafts: UseDraft[] = [];
  const add = addUsesTo(drafts, part);
  const discarded = new DiscardedUses(part, add);
  const returned = new ReturnedUses(part, add);
  const tested = new TestedUses(part, add);
  if (needs.has('discarded')) {
    for (const node of tree.nodesOf(K.ExpressionStatement)) discarded.unused(node, 'discarded');
    for (const node of tree.nodesOf(K.AwaitExpression)) discarded.awaited(node);
  }
  if (needs.has('voided')) for (const node of tree.nodesOf(K.VoidExpression)) discarded.unused(node, 'voided');
  if (needs.has('try-returns')) for (const node of tree.nodesOf(K.ReturnStatement)) returned.returned(node);
  if (needs.has('conditions')) for (const node of tree.nodesOf(...testingKinds)) tested.tested(node);
  return drafts;
}
