/**
 * Writes the syntax tree of ts-morph's TypeScript into the flat records that `SyntaxTree` reads, in the same order in which
 * TypeScript 7 sends its own. Iterative, so that deep nesting costs memory and not the stack.
 */
import { ts } from 'ts-morph';
import { kindMap, propertiesOf, LIST } from '../syntax/kinds.ts';
import { SyntaxTree, WORDS } from '../syntax/tree.ts';

/** A tree together with the compiler's node of each record. */
export interface EmbeddedTree {
  readonly tree: SyntaxTree;
  /** By record index; `undefined` for lists and the empty record. */
  readonly nodes: readonly (ts.Node | undefined)[];
  readonly indexes: ReadonlyMap<ts.Node, number>;
}

const kinds = kindMap(ts.SyntaxKind);

type Item = ts.Node | readonly ts.Node[];

/** What is still to be written: an item below a parent record. */
interface Pending {
  readonly item: Item;
  readonly parent: number;
}

export function encodeTree(file: ts.SourceFile): EmbeddedTree {
  const writer = new TreeWriter();
  writer.write(file);
  return { tree: new SyntaxTree(file.text, writer.words(), kinds), nodes: writer.nodes, indexes: writer.indexes };
}

class TreeWriter {
  readonly nodes: (ts.Node | undefined)[] = [undefined];
  readonly indexes = new Map<ts.Node, number>();
  #words = new Uint32Array(WORDS * 1024);
  /** Last child written below each parent, to link its next sibling. */
  #lastChild = new Map<number, number>();

  write(file: ts.SourceFile): void {
    const pending: Pending[] = [{ item: file, parent: 0 }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const index = this.nodes.length;
      const { mask, children } = this.#record(next.item);
      this.#put(index, next, mask);
      for (const item of children.toReversed()) pending.push({ item, parent: index });
    }
  }

  words(): Uint32Array {
    return this.#words.slice(0, this.nodes.length * WORDS);
  }

  #record(item: Item): { mask: number; children: Item[] } {
    if (isList(item)) {
      this.nodes.push(undefined);
      return { mask: 0, children: [...item] };
    }
    this.indexes.set(item, this.nodes.length);
    this.nodes.push(item);
    const properties = propertiesOf(kinds[item.kind] ?? 0);
    return properties.length === 0 ? { mask: 0, children: childrenOf(item) } : namedChildren(item, properties);
  }

  #put(index: number, { item, parent }: Pending, mask: number): void {
    this.#grow(index);
    const at = index * WORDS;
    const { pos, end } = extentOf(item);
    this.#words.set([isList(item) ? LIST : item.kind, pos, end, 0, parent, mask, 0], at);
    const sibling = this.#lastChild.get(parent);
    if (sibling !== undefined && index > 1) this.#words[sibling * WORDS + 3] = index;
    this.#lastChild.set(parent, index);
  }

  #grow(index: number): void {
    if ((index + 1) * WORDS <= this.#words.length) return;
    const larger = new Uint32Array(this.#words.length * 2);
    larger.set(this.#words);
    this.#words = larger;
  }
}

function isList(item: Item): item is readonly ts.Node[] {
  return Array.isArray(item);
}

/** Node arrays carry their own extent; the plain lists of other sources take their first and last node's. */
function extentOf(item: Item): { pos: number; end: number } {
  const pos: unknown = Reflect.get(item, 'pos');
  const end: unknown = Reflect.get(item, 'end');
  return { pos: typeof pos === 'number' && pos >= 0 ? pos : 0, end: typeof end === 'number' && end >= 0 ? end : 0 };
}

function namedChildren(node: ts.Node, properties: readonly string[]): { mask: number; children: Item[] } {
  let mask = 0;
  const children: Item[] = [];
  properties.forEach((property, slot) => {
    const child = propertyOf(node, property);
    if (child === undefined) return;
    mask |= 1 << slot;
    children.push(child);
  });
  return { mask, children };
}

function propertyOf(node: ts.Node, property: string): Item | undefined {
  const value: unknown =
    property === 'postfixToken'
      ? (Reflect.get(node, 'questionToken') ?? Reflect.get(node, 'exclamationToken'))
      : Reflect.get(node, property);
  return isItem(value) ? value : undefined;
}

function isItem(value: unknown): value is Item {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Array.isArray(value) || typeof Reflect.get(value, 'kind') === 'number')
  );
}

function childrenOf(node: ts.Node): Item[] {
  const children: Item[] = [];
  ts.forEachChild(
    node,
    (child) => {
      children.push(child);
    },
    (list) => {
      children.push(list);
    },
  );
  return children;
}
