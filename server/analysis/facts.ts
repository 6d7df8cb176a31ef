/**
 * The vocabulary every language is lowered to: only what rules about async code need, not a copy of the language.
 * Facts are small, readonly and serialisable. Indexes (`FunctionIndex`, `CallIndex`, `RegionIndex`) point into the arrays of the
 * same file; `node` numbers are opaque places that only the frontend that made them can resolve.
 *
 * Invariant: facts hold no syntax trees, no compiler objects and no functions.
 */
import type { FilePath, Range } from './finding.ts';

/** Index into `FileFacts.functions`; 0 is the module's top level. */
export type FunctionIndex = number;
/** Index into `FileFacts.calls`. */
export type CallIndex = number;
/** Index into `FileFacts.regions`. */
export type RegionIndex = number;
/** Opaque number of a syntax node in its file. */
export type NodeId = number;

/** All that is known about one source file. */
export interface FileFacts {
  readonly file: FilePath;
  /** `javascript` findings are one confidence level lower: their types are inferred. */
  readonly dialect: 'typescript' | 'javascript' | 'python';
  /** Element 0 is the module top level; the others follow in source order. Only the module when no active rule needs functions. */
  readonly functions: readonly FunctionFact[];
  /** In source order of their first token. Empty when no active rule needs calls. */
  readonly calls: readonly CallFact[];
  readonly regions: readonly TryRegion[];
  /** Places where an expression that may be a promise is used in a way some rule is about. Only promise-valued ones remain. */
  readonly uses: readonly ValueUse[];
  /** Promise-valued variables, fields and arrays of promises, with the ways they are used. */
  readonly bindings: readonly BindingFact[];
  /** Catch clauses, and rejection handlers given to `.catch` or `.then`. */
  readonly handlers: readonly HandlerFact[];
  /** `throw` statements and other sure failures. */
  readonly failures: readonly FailureFact[];
  /** Functions handed over as values: arguments, properties, attributes. */
  readonly callbacks: readonly CallbackFact[];
  /** Other names under which a function may be called: `import { load as read }`, `exports.read = load`. */
  readonly renames: readonly Rename[];
  /** The file makes emitters that turn rejections of listeners into `error` events. */
  readonly capturesRejections: boolean;
  /** The file runs in a worker thread: blocking it blocks nobody else. */
  readonly isWorker: boolean;
}

/** `to` may stand for what is called `from` elsewhere; `default` is the name of default exports. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** What a function is for, as far as the place where it is handed over tells. */
export type FunctionRole =
  | 'plain'
  | 'module'
  /** Handles an HTTP request (Express, Fastify, Koa, Hono, node:http). */
  | 'request-handler'
  /** Called by an event emitter, DOM target, stream or signal. */
  | 'listener'
  /** Called by setTimeout, setInterval, setImmediate, queueMicrotask, process.nextTick. */
  | 'timer-callback'
  /** Called when the process is about to end: nobody waits for the event loop any more. */
  | 'exit-handler'
  /** Handler given to `.then`, `.catch` or `.finally`. */
  | 'promise-callback'
  /** Body or hook of a test. */
  | 'test'
  /** Called before the call that takes it returns: array methods, `new Promise` executors. */
  | 'sync-callback';

export interface FunctionFact {
  /** As people call it: `load`, `Store.load`, `callback of items.forEach`, `module`. */
  readonly name: string;
  readonly range: Range;
  /** The name, or the `async`/`function` keyword or arrow when there is none. */
  readonly nameRange: Range;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** Lexically enclosing function; the module's is -1. */
  readonly parent: FunctionIndex;
  readonly role: FunctionRole;
  /** Nodes that a symbol of this function may be declared at: the function, its variable, property or class. */
  readonly declarations: readonly NodeId[];
  /** Simple name under which calls look for it: `load`; for a constructor its class name. `undefined` when it has none. */
  readonly key: string | undefined;
  /** Set for methods of classes that implement an interface or extend a class: heritage names, for matching by name. */
  readonly heritage: readonly string[];
  /** The call this function is written into as an argument, or whose callee it is (`iife`). */
  readonly passedTo: { readonly call: CallIndex; readonly argument: number } | undefined;
  /** One of the first two parameters is named like a request: `req`, `ctx`. */
  readonly takesRequest: boolean;
  /** An async function all of whose work stands in try statements that take every failure. */
  readonly guardsAll: boolean;
  /** Called where it is written: `(async () => { … })()`. */
  readonly isImmediatelyCalled: boolean;
}

/** What a callee is, as far as names and imports in its own file tell. The graph asks the compiler for the rest, and only when it matters. */
export type Target =
  /** A function of the same file. */
  | { readonly kind: 'function'; readonly index: FunctionIndex }
  /** Something imported: `module` as written, without the `node:` prefix for Node's own; `name` is the dotted path of the export. */
  | { readonly kind: 'import'; readonly module: string; readonly name: string }
  /** A global such as `fetch`, `JSON.parse`, `Atomics.wait`. */
  | { readonly kind: 'global'; readonly name: string }
  /** A parameter or local whose value is not known here. */
  | { readonly kind: 'unknown' };

/** How the value of a call is used, by the nearest construct around it. */
export type CallUse =
  | 'discarded'
  | 'awaited'
  | 'returned'
  | 'voided'
  | 'stored'
  | 'argument'
  | 'chained'
  | 'condition'
  | 'yielded'
  | 'other';

export interface CallFact {
  readonly function: FunctionIndex;
  /** Last name of the callee: `readFileSync` for `fs.readFileSync(…)`; '' for computed callees. */
  readonly name: string;
  /** Source text of the callee, at most 60 characters: `this.store.load`. */
  readonly callee: string;
  readonly range: Range;
  /** Node of the callee's last name: what to ask the compiler's symbol for. */
  readonly node: NodeId;
  readonly target: Target;
  readonly isNew: boolean;
  readonly use: CallUse;
  /** Innermost try *block* around it in its function, or -1. */
  readonly region: RegionIndex;
  /** Index into `handlers` of a rejection handler attached directly, `.catch(…)` or `.then(_, …)`; -1 without. */
  readonly handler: number;
  /** Under an `if`, loop, `&&`, `?:`, `switch` or after an early exit: it may not run. */
  readonly isConditional: boolean;
  /** In a loop that may go on as long as the program does: `while`, `for (;;)`, `for await`. */
  readonly isInServiceLoop: boolean;
  /** First argument of a `random…` call when it is a number literal, or a buffer or constant of one: how many bytes. */
  readonly size: number | undefined;
  /** `text`: the only argument is a string literal; `calls`: an array literal of nothing but calls, which speak for themselves. */
  readonly argument: 'text' | 'calls' | 'other';
  /** For a call that an async function returns: whether its type is a promise. Without a type, it may be one. */
  readonly isPromise: boolean;
  /** Last argument is a function or a name: the callback form of an API. */
  readonly hasCallback: boolean;
}

/** A `try` statement. */
export interface TryRegion {
  readonly function: FunctionIndex;
  /** Innermost try block around this whole statement, or -1. */
  readonly outer: RegionIndex;
  /** Index into `handlers` of its catch clause, or -1. */
  readonly handler: number;
}

/** How promise-like a value is. */
export type ValueKind =
  /** Always a promise. */
  | 'promise'
  /** A union of a promise and something else. */
  | 'maybe-promise'
  /** Array or tuple of promises. */
  | 'promise-array'
  | 'none'
  | 'unknown';

/** A use of a promise-valued expression. */
export interface ValueUse {
  readonly kind: UseKind;
  readonly function: FunctionIndex;
  /** The promise-valued expression. */
  readonly range: Range;
  /** The whole statement for `discarded` and `voided`, the condition or operator expression for the others. */
  readonly within: Range;
  readonly value: ValueKind;
  /** Short source text of the expression for messages, at most 60 characters, on one line: `save()` or `Promise.all([…])`. */
  readonly text: string;
  /** The call that makes the value, when the expression is one; else -1. */
  readonly call: CallIndex;
  /** Callee of that call as far as known, also when `calls` is empty. */
  readonly target: Target;
  /** Name the caller uses for the callee, '' if none. */
  readonly name: string;
  /** For immediately called functions: `guarded` when nothing in the body can reject as far as its own text tells. */
  readonly iife: 'none' | 'guarded' | 'open';
  /** Innermost try block, or -1. */
  readonly region: RegionIndex;
  /** A handler is attached that does not handle: `.catch()` without a function, or one that always throws again. */
  readonly uselessHandler: 'none' | 'missing' | 'rethrows';
  /** Whether the call was given a callback: a function that offers both forms then returns nothing to wait for. */
  readonly callback: CallbackForm;
}

/** `error-first`: Node's `(error, result) => …`, or a name such as `callback`. */
export type CallbackForm = 'none' | 'any' | 'error-first';

export type UseKind =
  /** Expression statement, comma operand or short-circuit operand whose value nobody takes. */
  | 'discarded'
  /** `void p`. */
  | 'voided'
  /** Test of `if`, loops, `?:`, `!`, operand of `&&`, `||`. */
  | 'condition'
  /** Operand of `==`, `<`, `in`, `instanceof`-like comparisons. */
  | 'comparison'
  /** Operand of arithmetic. */
  | 'arithmetic'
  /** `table[p]`. */
  | 'index'
  /** `return p` inside a try block with catch, or inside a catch block with finally, of an async function. */
  | 'returned-in-try'
  /** `return p` inside a catch block before a `finally`. */
  | 'returned-before-finally'
  /** `await [p, q]`: waits for nothing. */
  | 'awaited-array';

/** A variable, field or array that holds promises. */
export interface BindingFact {
  readonly function: FunctionIndex;
  readonly name: string;
  readonly kind: 'local' | 'array' | 'private-field';
  /** Where the promise is stored: the declarator or the assignment. */
  readonly range: Range;
  /** The stored expression. */
  readonly value: Range;
  readonly call: CallIndex;
  readonly target: Target;
  /** How it is lost. */
  readonly fate:
    | { readonly kind: 'never-used' }
    | { readonly kind: 'overwritten'; readonly at: Range }
    /** A path leaves the function before anything waits: the `return` or `throw`. */
    | { readonly kind: 'exit-before-use'; readonly at: Range }
    /** Elements are only ever added. */
    | { readonly kind: 'only-collected' };
}

/** What becomes of an error that arrives at a handler. */
export interface HandlerFact {
  readonly function: FunctionIndex;
  /** Catch clause, or the handler expression of `.catch(handler)` / `.then(_, handler)`. */
  readonly kind: 'catch-clause' | 'catch-call' | 'then-call';
  /** `catch` to the end of its block, or the handler expression. */
  readonly range: Range;
  /** The `catch` keyword, or the name `catch`/`then`. */
  readonly nameRange: Range;
  readonly outcome: HandlerOutcome;
  /** The body holds a comment, so somebody thought about it. */
  readonly hasComment: boolean;
  /** What follows goes on with a value or a failure of its own, so the handler says "otherwise". */
  readonly hasFallback: boolean;
  /** The body compares the error's code or name, or the guarded work is a known best effort: ENOENT, AbortError. */
  readonly isBenign: boolean;
  /** The guarded work awaits or is a promise chain, so what is dropped is a rejection. */
  readonly guardsAsync: boolean;
  /** Innermost try block around the handler itself, or -1. */
  readonly region: RegionIndex;
}

export type HandlerOutcome =
  /** Nothing at all: `catch {}`, `.catch(() => {})`, `.catch(noop)`. */
  | 'empty'
  /** Only a constant: `.catch(() => undefined)`, `catch { return false; }`. */
  | 'default'
  /** Reads the error, calls something, or sets state: somebody may know. */
  | 'handled'
  /** Throws on every path. */
  | 'rethrows'
  /** Throws on some paths. */
  | 'may-rethrow'
  /** `.catch()` or a handler that is no function. */
  | 'missing'
  /** A handler passed by name, whose body is not known. */
  | 'unknown';

/** A place that fails by itself, without a call: `throw`, `Promise.reject(…)`, or the await of a value that is no call. */
export interface FailureFact {
  readonly function: FunctionIndex;
  readonly kind: 'throw' | 'reject' | 'awaited-value';
  readonly range: Range;
  readonly region: RegionIndex;
  readonly isConditional: boolean;
}

/** A function value handed to something that may ignore its result. */
export interface CallbackFact {
  /** Function around the place where it is handed over. */
  readonly function: FunctionIndex;
  /** The handed-over expression. */
  readonly range: Range;
  /** The function when it is written in place; -1 when it is named. */
  readonly callback: FunctionIndex;
  /** For named ones: the name's node and text. */
  readonly node: NodeId;
  readonly name: string;
  readonly position: 'argument' | 'property' | 'attribute' | 'assignment';
  /** The call it is an argument of, or -1. */
  readonly call: CallIndex;
  /** Callee, property or attribute name: `forEach`, `onClick`. */
  readonly receiver: string;
  /** What the place expects the function to return, by the compiler: `void`, a promise, or something else. */
  readonly expects: 'void' | 'promise' | 'other' | 'unknown';
  readonly sink: CallbackSink;
}

/** Known kinds of places that take callbacks. */
export type CallbackSink =
  | 'array-iteration'
  | 'array-transform'
  | 'timer'
  | 'emitter'
  | 'dom'
  | 'request-handler'
  | 'jsx'
  | 'promise-executor'
  | 'promise-chain'
  /** Event of `process` that announces its end. */
  | 'process-end'
  | 'test'
  | 'other';
