/** What the parts of the transform share while one module's syntax is walked. */
import type {
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Program,
  StaticBlock,
  AnonymousFunctionDeclaration,
} from 'acorn';
import type { Edits } from './edits.ts';
import type { SiteBook } from './siteBook.ts';

/** A function in the syntax tree. */
export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression;

/** Class or object literal around a member, and what holds it: both give names to methods. */
export interface Holder {
  readonly node: AnyNode;
  readonly parent: AnyNode;
}

/** A function, static block or the module itself, while what is in it is walked. */
export interface Frame {
  readonly node: FunctionNode | StaticBlock | Program;
  readonly parent: AnyNode;
  readonly holder: Holder | undefined;
  /** Whether `__rubato_t` is in reach: awaits can be recorded. */
  readonly isTask: boolean;
  readonly isAsyncGenerator: boolean;
  /** Offsets of its text in the authored source, from its first token. */
  readonly start: number;
  readonly end: number;
  /** 0 until it needs one. */
  site: number;
  /** Awaits and yields seen so far. */
  waits: number;
  /** `for await` loops among them. */
  loops: number;
  /** The prologue must declare the variables of a timed call that awaits in its arguments. */
  needsTimer: boolean;
  /** Statements around, in this function, that still run something when it returns: `try` with `finally`, `for of` with its iterator. */
  guards: number;
  /** The end of the task must stand in a `finally`. */
  needsFinally: boolean;
  /** Reserved around the values of its returns; filled unless `needsFinally`. */
  readonly returns: { readonly edit: number; readonly text: string }[];
}

/** A caught error: whether anything looks at it. Inner ones first. */
export interface Watch {
  readonly outer: Watch | undefined;
  /** Name of the error; '' when it has none. */
  readonly name: string;
  /** Where a `throw` counts: a nested function throws for itself. */
  readonly frame: Frame;
  isUsed: boolean;
}

export interface Walk {
  /** The text to change. */
  readonly source: string;
  /** The text to quote and hash, equally long. */
  readonly authored: string;
  readonly edits: Edits;
  readonly sites: SiteBook;
  /** Whether calls that discard their result are worth looking at. */
  readonly hasPromises: boolean;
  frame: Frame;
  holder: Holder | undefined;
  watch: Watch | undefined;
  /** Rejection handlers written in place, by function: where their method's name stands. */
  readonly handlers: Map<AnyNode, { readonly place: number; readonly method: string }>;
  /** Inner links of optional chains: wrapping one would cut the chain. */
  readonly links: Set<AnyNode>;
  /** Start of the innermost statement when it stands in a list of statements, else -1. */
  listed: number;
  /** The function in whose `for await` head we are, before `of`. */
  loopHead: Frame | undefined;
  visit(node: AnyNode, parent: AnyNode): void;
}

export function visitAll(walk: Walk, nodes: readonly (AnyNode | null)[], parent: AnyNode): void {
  for (const node of nodes) if (node !== null) walk.visit(node, parent);
}

/** Whether a node of this type holds statements in a row, so that one more may follow another. */
export function isStatementList({ type }: AnyNode): boolean {
  return type === 'BlockStatement' || type === 'Program' || type === 'SwitchCase' || type === 'StaticBlock';
}
