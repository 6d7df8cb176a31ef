/**
 * Lowers one file to facts in three steps: *collect* (walk the syntax, gather questions), *ask* (one batch per kind of question),
 * *conclude* (answers + syntax -> facts). A compiler in another process is thus asked few, large questions.
 */
import type {
  CallbackFact,
  CallFact,
  FailureFact,
  FileFacts,
  FunctionFact,
  HandlerFact,
  TryRegion,
  ValueKind,
} from '../../../facts.ts';
import type { FilePath } from '../../../finding.ts';
import type { Need } from '../../../rule.ts';
import type { CompilerProject, ExpectedReturn } from '../engine.ts';
import { lastName, rangeOf, skipOuter } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import { Scopes } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { collectBindings, type BindingDraft } from './bindings.ts';
import { argumentPlace, collectCallbacks, type CallbackDraft } from './callbacks.ts';
import { callDraft, callNodes, isConditional, type CallDraft } from './calls.ts';
import type { FilePart } from './filePart.ts';
import { collectFunctions, type FunctionTable } from './functions.ts';
import { collectHandlers, isRejection, type HandlerDraft } from './handlers.ts';
import { collectRegions, type RegionTable } from './regions.ts';
import { collectRenames, type RenameDraft } from './renames.ts';
import { cannotReject } from './settled.ts';
import { roleOf } from './sinks.ts';
import { Targets } from './targets.ts';
import { collectUses, type UseDraft } from './uses.ts';

/** @returns `undefined` when the program does not hold the file */
export function lowerFile(project: CompilerProject, file: FilePath, needs: ReadonlySet<Need>): FileFacts | undefined {
  const tree = project.tree(file);
  if (tree === undefined) return undefined;
  const collected = collect(tree, needs);
  return conclude(collected, file, ask(project, file, collected));
}

/** Everything the walk found, with its open questions. */
interface Collected {
  readonly part: FilePart;
  readonly calls: readonly CallDraft[];
  readonly uses: readonly UseDraft[];
  readonly bindings: readonly BindingDraft[];
  readonly handlers: readonly HandlerDraft[];
  readonly callbacks: readonly CallbackDraft[];
  readonly hasProgram: boolean;
  readonly asksExpectations: boolean;
}

function collect(tree: SyntaxTree, needs: ReadonlySet<Need>): Collected {
  const hasProgram = needs.has('program');
  const scopes = new Scopes(tree);
  const functions = hasProgram ? collectFunctions(tree) : NO_FUNCTIONS;
  const regions = hasProgram || needs.has('handlers') ? collectRegions(tree) : NO_REGIONS;
  const targets = new Targets(tree, scopes, functions.indexOf);
  const base = { tree, scopes, functions, regions, targets };
  const nodes = hasProgram ? callNodes(tree) : [];
  const indexes = new Map(nodes.map((node, index) => [node, index]));
  const part: FilePart = { ...base, callIndex: (node) => indexes.get(node) ?? -1 };
  return {
    part,
    calls: nodes.map((node) => callDraft(base, node)),
    uses: collectUses(part, needs),
    bindings: needs.has('bindings') ? collectBindings(part) : [],
    handlers: hasProgram || needs.has('handlers') ? collectHandlers(part) : [],
    callbacks: hasProgram || needs.has('callbacks') ? collectCallbacks(part) : [],
    hasProgram,
    asksExpectations: needs.has('callbacks'),
  };
}

const NO_FUNCTIONS: FunctionTable = { drafts: [], indexOf: () => undefined, around: () => 0 };
const NO_REGIONS: RegionTable = { drafts: [], around: () => -1 };

/** Answers by node. */
interface Answers {
  /** Calls that only take a promise out of an array. */
  isTakenOut(node: Node): boolean;
  /** Rejection handlers that are functions after all. */
  isCallable(node: Node): boolean;
  value(node: Node): ValueKind;
  expected(node: Node): CallbackDraft['expects'];
}

function ask(
  project: CompilerProject,
  file: FilePath,
  { uses, bindings, handlers, callbacks, asksExpectations }: Collected,
): Answers {
  const asked = [
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
function isDoubtful({ question, outcome }: HandlerDraft): boolean {
  return question !== 0 && (outcome === 'empty' || outcome === 'default' || outcome === 'missing');
}

function conclude(collected: Collected, file: FilePath, answers: Answers): FileFacts {
  const { part, calls, callbacks } = collected;
  const handlers = collected.handlers.filter(
    (handler) => !isDoubtful(handler) || isPromise(answers.value(handler.question)),
  );
  const renames = collected.hasProgram ? collectRenames(part.tree) : [];
  return {
    file,
    dialect: /\.[cm]?jsx?$/.test(file) ? 'javascript' : 'typescript',
    functions: functionFacts(part, secondDeclarations(part, renames)),
    calls: callFacts(calls, handlers),
    regions: regionFacts(part, handlers),
    uses: collected.uses
      .map((use) => concludeUse(part, use, answers))
      .filter(({ value }) => value !== 'none' && value !== 'unknown'),
    bindings: collected.bindings.filter((binding) => holdsPromise(binding, answers)).map(withoutQuestion),
    handlers: handlers.map(handlerFact),
    failures: collected.hasProgram ? failureFacts(part) : [],
    callbacks: callbacks.map((callback) => callbackFact(callback, answers)),
    renames: renames.filter(({ from, to }) => from !== to).map(({ from, to }) => ({ from, to })),
    capturesRejections: /\bcaptureRejections\s*[:=]\s*true\b/.test(part.tree.text),
    isWorker: importsWorkerSide(part.tree),
  };
}

/** An unused array of promises loses them all; used ones are beyond what is followed here. */
function holdsPromise({ question, fate }: BindingDraft, answers: Answers): boolean {
  const value = answers.value(question);
  return value === 'promise' || (value === 'promise-array' && fate.kind === 'never-used');
}

function isPromise(value: ValueKind): boolean {
  return value === 'promise' || value === 'maybe-promise';
}

function callbackFact({ question, argument: _argument, ...callback }: CallbackDraft, answers: Answers): CallbackFact {
  return { ...callback, expects: answers.expected(question) };
}

function withoutQuestion<T extends { readonly question: Node }>(draft: T): Omit<T, 'question'> {
  const { question: _question, ...fact } = draft;
  return fact;
}

/** The callee is worth resolving only for values that remain. */
function concludeUse(part: FilePart, draft: UseDraft, answers: Answers): FileFacts['uses'][number] {
  const { tree, targets } = part;
  const { question, nameNode: _nameNode, handlerQuestion, ...use } = draft;
  if (answers.isTakenOut(question) || answers.isCallable(handlerQuestion)) return { ...use, value: 'none' };
  const value = question === 0 ? use.value : answers.value(question);
  if (value === 'none' || value === 'unknown' || use.iife !== 'none') return { ...use, value };
  if (use.kind === 'condition' && value === 'promise' && isAssigned(part, question))
    return { ...use, value: 'maybe-promise' };
  const callee = question === 0 ? 0 : tree.child(question, 'expression');
  return { ...use, value, target: callee === 0 ? use.target : targets.of(callee) };
}

/**
 * A variable or member that is tested and assigned somewhere may be empty until then, whatever its type says:
 * `if (!this.pending) this.pending = load()` in a project without strict null checks.
 */
function isAssigned({ tree, scopes }: FilePart, tested: Node): boolean {
  const name = lastName(tree, tested);
  if (name === 0) return false;
  return scopes.identifiersNamed(tree.textOf(name)).some((node) => {
    const owner = tree.kind(tree.parent(node)) === K.PropertyAccessExpression ? tree.parent(node) : node;
    const assignment = tree.parent(owner);
    return (
      tree.kind(assignment) === K.BinaryExpression &&
      tree.child(assignment, 'left') === owner &&
      ASSIGNMENTS.has(tree.kind(tree.child(assignment, 'operatorToken')))
    );
  });
}

const ASSIGNMENTS: ReadonlySet<number> = new Set([
  K.EqualsToken,
  K.BarBarEqualsToken,
  K.QuestionQuestionEqualsToken,
  K.AmpersandAmpersandEqualsToken,
]);

/** Further nodes that a function's symbol may be declared at: `exports.read = load` declares `read`, which is `load`. */
function secondDeclarations(
  { targets }: FilePart,
  renames: readonly RenameDraft[],
): ReadonlyMap<number, readonly Node[]> {
  const nodes = new Map<number, Node[]>();
  for (const { value, declarations } of renames) {
    const target = value === 0 ? undefined : targets.of(value);
    if (target?.kind === 'function') nodes.set(target.index, [...(nodes.get(target.index) ?? []), ...declarations]);
  }
  return nodes;
}

function functionFacts(part: FilePart, further: ReadonlyMap<number, readonly Node[]>): FunctionFact[] {
  const { functions, callIndex } = part;
  return functions.drafts.map(({ node, ...fact }, index) => {
    if (index === 0) return { ...fact, role: 'module', passedTo: undefined };
    const place = argumentPlace(part, node);
    return {
      ...fact,
      declarations: [...fact.declarations, ...(further.get(index) ?? [])],
      role: place === undefined ? 'plain' : roleOf(place.sink),
      passedTo: place === undefined ? undefined : { call: callIndex(place.call), argument: place.argument },
    };
  });
}

function callFacts(calls: readonly CallDraft[], handlers: readonly HandlerDraft[]): CallFact[] {
  const byNode = new Map(handlers.map(({ node }, index) => [node, index]));
  return calls.map(({ callNode: _callNode, handlerNode, ...call }) => ({
    ...call,
    handler: byNode.get(handlerNode) ?? -1,
  }));
}

function regionFacts({ functions, regions }: FilePart, handlers: readonly HandlerDraft[]): TryRegion[] {
  const byNode = new Map(handlers.map(({ node }, index) => [node, index]));
  return regions.drafts.map(({ node, catchClause, ...region }) => ({
    ...region,
    function: functions.around(node),
    handler: byNode.get(catchClause) ?? -1,
  }));
}

function handlerFact({ node: _node, question: _question, ...handler }: HandlerDraft): HandlerFact {
  return handler;
}

function failureFacts({ tree, scopes, functions, regions }: FilePart): FailureFact[] {
  return tree.nodesOf(K.ThrowStatement, K.CallExpression, K.AwaitExpression, K.ForOfStatement).flatMap((node) => {
    const kind = failureKind({ tree, scopes }, node);
    if (kind === undefined) return [];
    const isSkippable = isConditional(tree, node);
    return [
      {
        function: functions.around(node),
        kind,
        range: rangeOf(tree, node),
        region: regions.around(node),
        isConditional: isSkippable,
      },
    ];
  });
}

function failureKind({ tree, scopes }: Pick<FilePart, 'tree' | 'scopes'>, node: Node): FailureFact['kind'] | undefined {
  switch (tree.kind(node)) {
    case K.ThrowStatement:
      return 'throw';
    case K.CallExpression:
      return isRejection(tree, node) ? 'reject' : undefined;
    case K.AwaitExpression: {
      const operand = skipOuter(tree, tree.child(node, 'expression'));
      const isCall = tree.kind(operand) === K.CallExpression;
      return isCall || cannotReject({ tree, scopes }, operand) ? undefined : 'awaited-value';
    }
    default:
      return tree.child(node, 'awaitModifier') === 0 ? undefined : 'awaited-value';
  }
}

/** A file that talks to its parent thread runs in a worker. */
function importsWorkerSide(tree: SyntaxTree): boolean {
  return /\b(parentPort|workerData)\b/.test(tree.text) && /['"](node:)?worker_threads['"]/.test(tree.text);
}
