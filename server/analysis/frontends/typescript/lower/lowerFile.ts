/**
 * Lowers one file to facts in three steps: *collect* (walk the syntax, gather questions), *ask* (one batch per kind of question),
 * *conclude* (answers + syntax -> facts). A compiler in another process is thus asked few, large questions.
 */
import type {
  CallbackFact,
  CallFact,
  FileFacts,
  FunctionFact,
  HandlerFact,
  TryRegion,
  ValueKind,
} from '../../../facts.ts';
import type { FilePath } from '../../../finding.ts';
import type { Need } from '../../../rule.ts';
import type { CompilerProject } from '../engine.ts';
import { lastName } from '../syntax/expressions.ts';
import { K } from '../syntax/kinds.ts';
import { Scopes } from '../syntax/scopes.ts';
import type { Node, SyntaxTree } from '../syntax/tree.ts';
import { askCompiler, isDoubtful, type Answers, type Questions } from './askCompiler.ts';
import { collectBindings, type BindingDraft } from './bindings.ts';
import { argumentPlace, collectCallbacks, type CallbackDraft } from './callbacks.ts';
import { callDraft, callNodes, type CallDraft } from './calls.ts';
import { failureFacts } from './failures.ts';
import type { FilePart } from './filePart.ts';
import { collectFunctions, type FunctionTable } from './functions.ts';
import { collectHandlers, type HandlerDraft } from './handlers.ts';
import { collectRegions, type RegionTable } from './regions.ts';
import { collectRenames, type RenameDraft } from './renames.ts';
import { roleOf } from './sinks.ts';
import { Targets } from './targets.ts';
import type { UseDraft } from './useDraft.ts';
import { collectUses } from './uses.ts';

/** @returns `undefined` when the program does not hold the file */
export function lowerFile(project: CompilerProject, file: FilePath, needs: ReadonlySet<Need>): FileFacts | undefined {
  const tree = project.tree(file);
  if (tree === undefined) return undefined;
  const collected = collect(tree, needs);
  return conclude(collected, file, askCompiler(project, file, collected));
}

/** Everything the walk found, with its open questions. */
interface Collected extends Questions {
  readonly part: FilePart;
  readonly calls: readonly CallDraft[];
  readonly hasProgram: boolean;
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
  const calls = nodes.map((node) => callDraft(base, node));
  return {
    part,
    calls,
    returned: returnedCalls(part, calls),
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
    calls: callFacts(calls, handlers, answers),
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

function callFacts(calls: readonly CallDraft[], handlers: readonly HandlerDraft[], answers: Answers): CallFact[] {
  const byNode = new Map(handlers.map(({ node }, index) => [node, index]));
  return calls.map(({ callNode, handlerNode, ...call }) => ({
    ...call,
    isPromise: answers.value(callNode) !== 'none',
    handler: byNode.get(handlerNode) ?? -1,
  }));
}

/** What an async function returns may be any value: only the types tell promises. Whoever is not async returns what its caller takes. */
function returnedCalls({ functions }: FilePart, calls: readonly CallDraft[]): Node[] {
  return calls
    .filter((call) => call.use === 'returned' && !call.isNew && functions.drafts[call.function]?.isAsync === true)
    .map(({ callNode }) => callNode);
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

/** A file that talks to its parent thread runs in a worker. */
function importsWorkerSide(tree: SyntaxTree): boolean {
  return /\b(parentPort|workerData)\b/.test(tree.text) && /['"](node:)?worker_threads['"]/.test(tree.text);
}
