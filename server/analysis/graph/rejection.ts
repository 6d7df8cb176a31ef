/**
 * Whether calling a function can end in a rejection (async) or a throw (sync). Worked out from the asked function downwards: the
 * functions it reaches are gathered first, then judged together until nothing changes, so recursion needs no special case.
 */
import { knownFailure } from '../catalog/failingApis.ts';
import type { CallFact, CallIndex, FailureFact, FileFacts, RegionIndex } from '../facts.ts';
import type { FilePath, PathStep } from '../finding.ts';
import { refKey, type FunctionRef, type Resolved, type Resolver } from './resolver.ts';

/**
 * `never`: everything that could fail is caught, or nothing could. `external`: it waits for something outside the program, of which
 * nothing is known. `may`: it fails on some path that is known. `always`: on every path.
 */
export type RejectionLevel = 'never' | 'external' | 'may' | 'always';

export interface Rejection {
  readonly level: RejectionLevel;
  /** Steps to what fails, the failing place last; empty for `never`. */
  readonly path: readonly PathStep[];
}

const ORDER: readonly RejectionLevel[] = ['never', 'external', 'may', 'always'];
const NEVER: Rejection = { level: 'never', path: [] };
/** Functions further away than this are taken as unknown. */
const MAX_DEPTH = 10;
/** Paths are for reading: longer ones are cut in the middle by never growing past this. */
const MAX_PATH = 12;

export class RejectionSummaries {
  readonly #files: ReadonlyMap<FilePath, FileFacts>;
  readonly #resolver: Resolver;
  readonly #known = new Map<string, Rejection>();
  readonly #bodies = new Map<string, Body>();

  constructor(files: ReadonlyMap<FilePath, FileFacts>, resolver: Resolver) {
    this.#files = files;
    this.#resolver = resolver;
  }

  of(fn: FunctionRef): Rejection {
    const key = refKey(fn);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const reached = this.#reach(fn);
    this.#settle(reached);
    return this.#known.get(key) ?? NEVER;
  }

  /** The function and what it calls, breadth first; already judged functions are not entered again. */
  #reach(fn: FunctionRef): Body[] {
    const bodies = new Map<string, Body>();
    let wave = [fn];
    for (let depth = 0; depth < MAX_DEPTH && wave.length > 0; depth++) {
      const next: FunctionRef[] = [];
      for (const ref of wave) {
        const key = refKey(ref);
        if (bodies.has(key) || this.#known.has(key)) continue;
        const body = this.#body(ref);
        bodies.set(key, body);
        next.push(...body.calls.flatMap(({ resolved }) => (resolved.kind === 'functions' ? resolved.functions : [])));
      }
      wave = next;
    }
    return [...bodies.values()];
  }

  #settle(bodies: readonly Body[]): void {
    for (const { key } of bodies) this.#known.set(key, NEVER);
    for (let changed = true; changed;) {
      changed = false;
      for (const body of bodies) {
        const judged = this.#judge(body);
        if (rank(judged.level) <= rank(this.#known.get(body.key)?.level ?? 'never')) continue;
        this.#known.set(body.key, judged);
        changed = true;
      }
    }
  }

  #judge({ failures, calls }: Body): Rejection {
    const parts = [...failures, ...calls.map((call) => this.#callRejection(call))];
    return parts.reduce((worst, part) => (rank(part.level) > rank(worst.level) ? part : worst), NEVER);
  }

  /** How a call can fail, seen from somebody who takes its promise. */
  ofCall(file: FilePath, index: CallIndex): Rejection {
    const call = this.#files.get(file)?.calls[index];
    const [resolved] = this.#resolver.resolve(file, [index]);
    if (call === undefined || resolved === undefined) return NEVER;
    if (resolved.kind === 'functions') for (const fn of resolved.functions) this.of(fn);
    return this.#callRejection({
      call: { ...call, use: 'returned' },
      file,
      resolved,
      isAdopted: true,
      isPromise: true,
      isInSafeTry: false,
      mayMiss: false,
    });
  }

  #callRejection(open: OpenCall): Rejection {
    const { call, file, resolved, isInSafeTry, mayMiss } = open;
    const step = { file, range: call.range };
    if (resolved.kind === 'functions') {
      const parts = resolved.functions
        .filter((fn) => !isInSafeTry || this.#isAsync(fn))
        .map((fn) => this.#calleeRejection(fn, open));
      const worst = parts.reduce((a, b) => (rank(b.level) > rank(a.level) ? b : a), NEVER);
      if (worst.level === 'never') return NEVER;
      const level = worst.level === 'always' && (mayMiss || resolved.isPossible) ? 'may' : worst.level;
      return { level, path: [{ ...step, label: `calls ${call.callee}` }, ...worst.path].slice(0, MAX_PATH) };
    }
    const known = resolved.kind === 'external' ? knownFailure(resolved, call) : 'unknown';
    const isWaitedFor = ADOPTING.has(call.use) && !call.isNew;
    if ((known === 'throws' && !isInSafeTry) || (known === 'rejects' && isWaitedFor)) {
      return { level: 'may', path: [{ ...step, label: `${call.callee} can fail` }] };
    }
    // A constructor returns no promise; `new Promise` speaks for itself where it is awaited.
    return known === 'unknown' && isWaitedFor && open.isPromise
      ? { level: 'external', path: [{ ...step, label: `waits for ${call.callee}` }] }
      : NEVER;
  }

  /**
   * Starting an async function never throws: what it rejects with reaches only those who take its promise. What a helper that is not
   * async brings from outside the program is a promise only where somebody takes it for one.
   */
  #calleeRejection(fn: FunctionRef, { call, isAdopted, isPromise }: OpenCall): Rejection {
    const rejection = this.#known.get(refKey(fn)) ?? NEVER;
    if (this.#isAsync(fn)) return isAdopted ? rejection : NEVER;
    return rejection.level === 'external' && !(ADOPTING.has(call.use) && isPromise) ? NEVER : rejection;
  }

  #isAsync({ file, index }: FunctionRef): boolean {
    return this.#files.get(file)?.functions[index]?.isAsync === true;
  }

  #body(ref: FunctionRef): Body {
    const key = refKey(ref);
    let body = this.#bodies.get(key);
    if (body === undefined) this.#bodies.set(key, (body = this.#makeBody(ref, key)));
    return body;
  }

  #makeBody({ file, index }: FunctionRef, key: string): Body {
    const facts = this.#files.get(file);
    if (facts === undefined) return { key, failures: [], calls: [] };
    const failures = facts.failures
      .filter((failure) => failure.function === index)
      .flatMap((failure) => failureRejection(facts, failure));
    const open = facts.calls
      .map((call, at) => ({ call, at }))
      .filter(({ call }) => call.function === index && !isCaughtCall(facts, call));
    const resolved = this.#resolver.resolve(
      file,
      open.map(({ at }) => at),
    );
    const calls = open.map(({ call }, position) => ({
      call,
      file,
      resolved: resolved[position] ?? { kind: 'unknown' as const },
      isAdopted: takesPromise(call),
      isPromise: call.use === 'awaited' || call.isPromise,
      isInSafeTry: passesHandlers(facts, call.region) === 'no',
      mayMiss: call.isConditional || passesHandlers(facts, call.region) === 'maybe',
    }));
    return { key, failures, calls };
  }
}

/** What of a function can fail, without what is caught inside it. */
interface Body {
  readonly key: string;
  readonly failures: readonly Rejection[];
  readonly calls: readonly OpenCall[];
}

interface OpenCall {
  readonly call: CallFact;
  readonly file: FilePath;
  readonly resolved: Resolved;
  /** The caller waits for the promise or passes it on. */
  readonly isAdopted: boolean;
  /** Its value is a promise, or may be one. */
  readonly isPromise: boolean;
  /** A try block around it catches what is thrown at once, though not what a returned promise rejects with. */
  readonly isInSafeTry: boolean;
  /** The call, or its failure, need not happen every time. */
  readonly mayMiss: boolean;
}

/** Uses in which a function fails when the promise does. */
const ADOPTING: ReadonlySet<string> = new Set(['awaited', 'returned']);

function rank(level: RejectionLevel): number {
  return ORDER.indexOf(level);
}

function failureRejection(facts: FileFacts, { kind, range, region, isConditional }: FailureFact): Rejection[] {
  const passes = passesHandlers(facts, region);
  if (passes === 'no') return [];
  if (kind === 'awaited-value') {
    return [{ level: 'external', path: [{ file: facts.file, range, label: 'waits for a promise' }] }];
  }
  const level = isConditional || passes === 'maybe' ? 'may' : 'always';
  return [{ level, path: [{ file: facts.file, range, label: kind === 'throw' ? 'throws here' : 'rejects here' }] }];
}

/** Whether a failure in a try block gets out of all the try statements around it. */
function passesHandlers(facts: FileFacts, region: RegionIndex): 'yes' | 'maybe' | 'no' {
  let result: 'yes' | 'maybe' = 'yes';
  for (let at = facts.regions[region]; at !== undefined; at = facts.regions[at.outer]) {
    const outcome = facts.handlers[at.handler]?.outcome;
    if (outcome === undefined || outcome === 'rethrows') continue;
    if (outcome !== 'may-rethrow') return 'no';
    result = 'maybe';
  }
  return result;
}

/**
 * A `.catch` on the call, or a try block around a call whose promise is awaited in it, takes the failure. A promise that is returned
 * or stored inside a try block escapes it.
 */
function isCaughtCall(facts: FileFacts, call: CallFact): boolean {
  // What `.catch` returns rejects only with what its handler throws; the call it guards carries the handler itself.
  if (call.name === 'catch' && call.target.kind === 'unknown') return true;
  const handler = facts.handlers[call.handler]?.outcome;
  if (handler !== undefined && !['rethrows', 'may-rethrow', 'missing'].includes(handler)) return true;
  const leavesTry = call.use === 'returned' || call.use === 'stored' || call.use === 'argument';
  return !leavesTry && passesHandlers(facts, call.region) === 'no';
}

function takesPromise({ use }: CallFact): boolean {
  return use !== 'discarded' && use !== 'voided' && use !== 'condition';
}
