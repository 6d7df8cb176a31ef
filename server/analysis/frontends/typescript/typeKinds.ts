/**
 * Decides how promise-like a type is. Written once over a small reader that each engine implements, so that both engines
 * decide alike. Follows typescript-eslint's defaults: `Promise` and what extends it counts, a structural `then` does not.
 */
import type { ValueKind } from '../../facts.ts';
import type { ExpectedReturn } from './engine.ts';

/** Coarse shape of a type. */
export type TypeShape =
  | 'any'
  | 'void'
  | 'undefined'
  | 'never'
  | 'union'
  | 'intersection'
  | 'parameter'
  | 'object'
  | 'other';

/** Reads one engine's types. `T` is opaque here. */
export interface TypeReader<T, S> {
  /** Same number for the same type within one version of the program. */
  id(type: T): number;
  shape(type: T): TypeShape;
  /** Constituents of a union or intersection. */
  members(type: T): readonly T[];
  constraint(type: T): T | undefined;
  /** Name of the type's symbol, '' without one. */
  symbolName(type: T): string;
  /** Direct base types of a class or interface, instantiated or not. */
  bases(type: T): readonly T[];
  isArrayOrTuple(type: T): boolean;
  typeArguments(type: T): readonly T[];
  callSignatures(type: T): readonly S[];
  returnType(signature: S): T | undefined;
  /** Type of a parameter; of the elements for a rest parameter. */
  parameterType(signature: S, index: number): T | undefined;
}

/** Deepest chain of base types followed: deeper ones do not occur in practice and could be hostile. */
const MAX_DEPTH = 8;

/** Classifies types with a cache by type id; make a new one for every version of the program. */
export class TypeKinds<T, S> {
  readonly #reader: TypeReader<T, S>;
  readonly #values = new Map<number, ValueKind>();
  readonly #returns = new Map<number, ExpectedReturn>();

  constructor(reader: TypeReader<T, S>) {
    this.#reader = reader;
  }

  /** How promise-like a value of the type is. */
  valueKind(type: T | undefined, depth = 0): ValueKind {
    if (type === undefined) return 'unknown';
    const id = this.#reader.id(type);
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    // Recursive types meet themselves: until decided they are no promise.
    this.#values.set(id, 'none');
    const kind = this.#classify(type, depth);
    this.#values.set(id, kind);
    return kind;
  }

  #classify(type: T, depth: number): ValueKind {
    const shape = this.#reader.shape(type);
    switch (shape) {
      case 'any':
        return 'unknown';
      case 'union':
        return this.#unionKind(type, depth);
      case 'intersection':
        return this.#reader.members(type).some((member) => this.valueKind(member, depth) === 'promise')
          ? 'promise'
          : 'none';
      case 'parameter': {
        const constraint = depth < MAX_DEPTH ? this.#reader.constraint(type) : undefined;
        return constraint === undefined ? 'none' : this.valueKind(constraint, depth + 1);
      }
      case 'object':
        return this.#objectKind(type, depth);
      default:
        return 'none';
    }
  }

  #unionKind(type: T, depth: number): ValueKind {
    const kinds = this.#reader.members(type).map((member) => this.valueKind(member, depth));
    if (kinds.every((kind) => kind === 'promise')) return 'promise';
    if (kinds.some((kind) => kind === 'promise' || kind === 'maybe-promise')) return 'maybe-promise';
    return kinds.includes('promise-array') ? 'promise-array' : 'none';
  }

  #objectKind(type: T, depth: number): ValueKind {
    if (this.#reader.symbolName(type) === 'Promise') return 'promise';
    if (this.#reader.isArrayOrTuple(type)) return this.#holdsPromises(type, depth) ? 'promise-array' : 'none';
    if (depth >= MAX_DEPTH) return 'none';
    return this.#reader.bases(type).some((base) => this.valueKind(base, depth + 1) === 'promise') ? 'promise' : 'none';
  }

  #holdsPromises(type: T, depth: number): boolean {
    return this.#reader.typeArguments(type).some((element) => {
      const kind = this.valueKind(element, depth + 1);
      return kind === 'promise' || kind === 'maybe-promise';
    });
  }

  /** What a place with this contextual type expects a function to return. */
  expectedReturn(type: T | undefined): ExpectedReturn {
    if (type === undefined) return 'unknown';
    const id = this.#reader.id(type);
    let expected = this.#returns.get(id);
    if (expected === undefined) this.#returns.set(id, (expected = this.#decideReturn(type)));
    return expected;
  }

  /** A union of function types expects void only when none of its members takes anything else. */
  #decideReturn(type: T): ExpectedReturn {
    const returns = this.#functionMembers(type).flatMap((member) =>
      this.#reader.callSignatures(member).map((signature) => this.#reader.returnType(signature)),
    );
    if (returns.length === 0) return 'unknown';
    const kinds = returns.map((result) => this.#returnKind(result));
    if (kinds.every((kind) => kind === 'void')) return 'void';
    return kinds.includes('promise') ? 'promise' : 'other';
  }

  /** Whether some overload of a callee takes, at this argument, a function that returns a promise. */
  acceptsPromise(callee: T | undefined, argument: number): boolean {
    if (callee === undefined) return false;
    const signatures = this.#functionMembers(callee).flatMap((member) => this.#reader.callSignatures(member));
    if (signatures.length < 2) return false;
    return signatures.some(
      (signature) => this.expectedReturn(this.#reader.parameterType(signature, argument)) === 'promise',
    );
  }

  /** Whether a value of the type can be called whatever it is; what is not known passes. */
  isCallable(type: T | undefined): boolean {
    if (type === undefined) return true;
    const shape = this.#reader.shape(type);
    if (shape === 'any' || shape === 'parameter') return true;
    if (shape === 'union') return this.#reader.members(type).every((member) => this.isCallable(member));
    if (shape === 'intersection') return this.#reader.members(type).some((member) => this.isCallable(member));
    return shape === 'object' && this.#reader.callSignatures(type).length > 0;
  }

  #functionMembers(type: T): readonly T[] {
    const shape = this.#reader.shape(type);
    if (shape === 'union' || shape === 'intersection')
      return this.#reader.members(type).flatMap((m) => this.#functionMembers(m));
    return shape === 'object' ? [type] : [];
  }

  #returnKind(type: T | undefined): ExpectedReturn {
    if (type === undefined) return 'unknown';
    const shape = this.#reader.shape(type);
    if (shape === 'void' || shape === 'undefined') return 'void';
    if (shape === 'any' || shape === 'parameter') return 'other';
    const value = this.valueKind(type);
    return value === 'promise' || value === 'maybe-promise'
      ? 'promise'
      : this.#mentionsThenable(type)
        ? 'promise'
        : 'other';
  }

  /** `PromiseLike` and `Thenable` are welcome to async functions although they are no promises. */
  #mentionsThenable(type: T): boolean {
    const shape = this.#reader.shape(type);
    if (shape === 'union') return this.#reader.members(type).some((member) => this.#mentionsThenable(member));
    return shape === 'object' && ['PromiseLike', 'Thenable'].includes(this.#reader.symbolName(type));
  }
}
