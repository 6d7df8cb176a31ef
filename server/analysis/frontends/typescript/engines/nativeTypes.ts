/** Reads TypeScript 7's types from the raw answers of its API. Every follow-up question is one round trip, so answers are kept by id. */
import type { TypeReader, TypeShape } from '../typeKinds.ts';
import { arrayOf, fieldOf } from './wire.ts';

/** A type as the API sends it. */
export interface NativeType {
  readonly id: number;
  readonly flags: number;
  readonly objectFlags?: number;
  readonly target?: number;
  readonly symbol?: number;
}

/** Numbers of the flags we test, read from the API's own enums so that a renumbering does not go unnoticed. */
export interface NativeFlags {
  readonly type: Readonly<
    Record<'Any' | 'Unknown' | 'Void' | 'Undefined' | 'Never' | 'Union' | 'Intersection' | 'Object', number>
  >;
  /** `instantiable` covers conditional, indexed-access and substitution types, which have constraints. */
  readonly instantiable: number;
  readonly object: Readonly<Record<'ClassOrInterface' | 'Reference' | 'Tuple', number>>;
  readonly symbol: Readonly<Record<'Alias', number>>;
}

export type Ask = (method: string, params: object) => unknown;

export function nativeTypeReader(ask: Ask, flags: NativeFlags): TypeReader<NativeType, number> {
  const symbolNames = new Map<number, string>();
  const targets = new Map<number, NativeType | undefined>();
  const targetOf = (type: NativeType): NativeType => {
    const id = type.target;
    if (id === undefined || id === 0 || ((type.objectFlags ?? 0) & flags.object.Reference) === 0) return type;
    if (!targets.has(id)) targets.set(id, typeOf(ask('getTargetOfType', { objectId: type.id })));
    return targets.get(id) ?? type;
  };
  const symbolName = (type: NativeType): string => {
    const id = type.symbol;
    if (id === undefined || id === 0) return '';
    let name = symbolNames.get(id);
    if (name === undefined) {
      const answer = fieldOf(ask('getSymbolOfType', { objectId: type.id }), 'name');
      symbolNames.set(id, (name = typeof answer === 'string' ? answer : ''));
    }
    return name;
  };
  return {
    id: (type) => type.id,
    shape: (type) => shapeOf(type, flags),
    members: (type) => typesOf(ask('getTypesOfType', { objectId: type.id })),
    constraint: (type) => typeOf(ask('getBaseConstraintOfType', { type: type.id })),
    symbolName,
    bases(type) {
      const target = targetOf(type);
      if (((target.objectFlags ?? 0) & flags.object.ClassOrInterface) === 0) return [];
      return typesOf(ask('getBaseTypes', { type: target.id }));
    },
    isArrayOrTuple(type) {
      if (((type.objectFlags ?? 0) & flags.object.Reference) === 0) return false;
      const name = symbolName(type);
      if (name === 'Array' || name === 'ReadonlyArray') return true;
      return name === '' && ((targetOf(type).objectFlags ?? 0) & flags.object.Tuple) !== 0;
    },
    typeArguments: (type) => typesOf(ask('getTypeArguments', { type: type.id })),
    callSignatures: (type) => idsOf(ask('getSignaturesOfType', { type: type.id, kind: CALL_SIGNATURES })),
    parameterType: (signature, index) => typeOf(ask('getParameterType', { signature, index })),
    returnType: (signature) => typeOf(ask('getReturnTypeOfSignature', { signature })),
  };
}

const CALL_SIGNATURES = 0;

function shapeOf({ flags }: NativeType, { type, instantiable }: NativeFlags): TypeShape {
  if (flags & (type.Any | type.Unknown)) return 'any';
  if (flags & type.Object) return 'object';
  if (flags & type.Union) return 'union';
  if (flags & type.Intersection) return 'intersection';
  if (flags & instantiable) return 'parameter';
  if (flags & type.Void) return 'void';
  if (flags & type.Undefined) return 'undefined';
  return flags & type.Never ? 'never' : 'other';
}

/** Checks the shape of an answer; `undefined` when the compiler knows no type there. */
export function typeOf(value: unknown): NativeType | undefined {
  return isType(value) ? value : undefined;
}

function isType(value: unknown): value is NativeType {
  return typeof fieldOf(value, 'id') === 'number' && typeof fieldOf(value, 'flags') === 'number';
}

function typesOf(value: unknown): NativeType[] {
  return arrayOf(value).filter(isType);
}

function idsOf(value: unknown): number[] {
  return arrayOf(value)
    .map((item) => fieldOf(item, 'id'))
    .filter((id): id is number => typeof id === 'number');
}
