/** The questions of one file to its compiler: types of values, symbols of names, what places expect of callbacks. */
import type { ValueKind } from '../../../facts.ts';
import type { FilePath } from '../../../finding.ts';
import type { CompilerProject, ExpectedReturn } from '../engine.ts';
import type { Node } from '../syntax/tree.ts';
import type { BindingDraft } from './bindings.ts';
import type { CallbackDraft } from './callbacks.ts';
import type { HandlerDraft } from './handlers.ts';
import type { UseDraft } from './useDraft.ts';

/** Drafts with open questions. */
export interface Questions {
  readonly uses: readonly UseDraft[];
  /** Calls of which it matters whether they return a promise. */
  readonly returned: readonly Node[];
  readonly bindings: readonly BindingDraft[];
  readonly handlers: readonly HandlerDraft[];
  readonly callbacks: readonly CallbackDraft[];
  readonly asksExpectations: boolean;
}

/** Answers by node. */
export interface Answers {
  /** Calls that only take a promise out of an array. */
  isTakenOut(node: Node): boolean;
  /** Rejection handlers that are functions after all. */
  isCallable(node: Node): boolean;
  value(node: Node): ValueKind;
  expected(node: Node): CallbackDraft['expects'];
}

/** Asks the compiler what syntax left open, one batch per kind of question. */
export function askCompiler(
  project: CompilerProject,
  file: FilePath,
  { uses, returned, bindings, handlers, callbacks, asksExpectations }: Questions,
): Answers {
  const asked = [
    ...returned,
    ...uses.map(({ question }) => question),
    ...bindings.map(({ question }) => question),
    ...handlers.filter(isDoubtful).map(({ question }) => question),
  ].filter((node) => node !== 0);
  const nodes = [...new Set(asked)];
  const kinds = project.valueKinds(file, nodes);
  const values = new Map(nodes.map((node, index) => [node, kinds[index] ?? 'unknown']));
  const handlerNodes = uses.map(({ handlerQuestion }) => handlerQuestion).filter((node) => node !== 0);
  const callables = project.areCallable(file, handlerNodes);
  const callable = new Set(handlerNodes.filter((_, index) => callables[index] === true));
  const takers = uses.filter(
    ({ kind, name, question }) => kind === 'discarded' && TAKERS.has(name) && isSomePromise(values.get(question)),
  );
  const takenOut = namesOfArrayMethods(project, file, takers);
  const expectations = asksExpectations ? askExpectations(project, file, callbacks) : new Map<Node, ExpectedReturn>();
  return {
    isTakenOut: (node) => takenOut.has(node),
    isCallable: (node) => callable.has(node),
    value: (node) => values.get(node) ?? 'unknown',
    expected: (node) => expectations.get(node) ?? 'unknown',
  };
}

function isSomePromise(value: ValueKind | undefined): boolean {
  return value !== undefined && value !== 'none' && value !== 'unknown';
}

const TAKERS: ReadonlySet<string> = new Set(['shift', 'pop', 'splice', 'reverse', 'fill', 'sort']);

/** Which of the calls are methods of real arrays: a queue of one's own may well start something in its `shift`. */
function namesOfArrayMethods(project: CompilerProject, file: FilePath, uses: readonly UseDraft[]): ReadonlySet<Node> {
  if (uses.length === 0) return new Set();
  const symbols = project.symbols(
    file,
    uses.map(({ nameNode }) => nameNode),
  );
  return new Set(
    uses
      .filter((_, index) => symbols[index]?.module === 'lib' && symbols[index].name.startsWith('Array.'))
      .map(({ question }) => question),
  );
}

/** What the places of callbacks expect; an overload that takes async functions speaks for the whole callee. */
function askExpectations(
  project: CompilerProject,
  file: FilePath,
  callbacks: readonly CallbackDraft[],
): ReadonlyMap<Node, ExpectedReturn> {
  const asked = callbacks.filter(({ sink }) => !RESULT_TAKEN.has(sink));
  const returns = project.expectedReturns(
    file,
    asked.map(({ question }) => question),
  );
  const expectations = new Map(asked.map(({ question }, index) => [question, returns[index] ?? 'unknown']));
  const doubtful = asked.flatMap(({ question, argument }) =>
    argument !== undefined && expectations.get(question) === 'void' ? [{ question, ...argument }] : [],
  );
  const accepted = project.acceptsPromise(file, doubtful);
  doubtful.forEach(({ question }, index) => {
    if (accepted[index] === true) expectations.set(question, 'promise');
  });
  return expectations;
}

/** Callbacks whose results are taken, or looked after by a test runner. */
const RESULT_TAKEN: ReadonlySet<string> = new Set(['array-transform', 'promise-executor', 'promise-chain', 'test']);

/** Only handlers that drop or rethrow are reported, so only their receivers are asked about. */
export function isDoubtful({ question, outcome }: HandlerDraft): boolean {
  return question !== 0 && (outcome === 'empty' || outcome === 'default' || outcome === 'missing');
}
