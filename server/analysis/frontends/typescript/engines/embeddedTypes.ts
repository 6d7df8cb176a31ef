/** Reads the types of ts-morph's TypeScript for `TypeKinds`. */
import { ts } from 'ts-morph';
import type { TypeReader, TypeShape } from '../typeKinds.ts';

export function embeddedTypeReader(checker: ts.TypeChecker): TypeReader<ts.Type, ts.Signature> {
  return {
    id: typeId,
    shape: ({ flags }) => shapeOf(flags),
    members: (type) => (type.isUnionOrIntersection() ? type.types : []),
    constraint: (type) => checker.getBaseConstraintOfType(type),
    symbolName: (type) => type.getSymbol()?.name ?? '',
    bases: (type) => {
      const target = isReference(type) ? type.target : type;
      return target.isClassOrInterface() ? checker.getBaseTypes(target) : [];
    },
    isArrayOrTuple: (type) => checker.isArrayType(type) || checker.isTupleType(type),
    typeArguments: (type) => (isReference(type) ? checker.getTypeArguments(type) : []),
    callSignatures: (type) => checker.getSignaturesOfType(type, ts.SignatureKind.Call),
    parameterType: (signature, index) => parameterType(checker, signature, index),
    returnType: (signature) => checker.getReturnTypeOfSignature(signature),
  };
}

function parameterType(checker: ts.TypeChecker, signature: ts.Signature, index: number): ts.Type | undefined {
  const parameters = signature.getParameters();
  const parameter = parameters[index] ?? parameters.at(-1);
  const declaration = parameter?.valueDeclaration;
  if (parameter === undefined || declaration === undefined || !ts.isParameter(declaration)) return undefined;
  const type = checker.getTypeOfSymbol(parameter);
  const isRest = declaration.dotDotDotToken !== undefined;
  if (!isRest) return index < parameters.length ? type : undefined;
  return isReference(type) ? checker.getTypeArguments(type)[0] : undefined;
}

/** The checker numbers its types; the number is stable within one program but not part of the declared API. */
function typeId(type: ts.Type): number {
  const id: unknown = Reflect.get(type, 'id');
  if (typeof id !== 'number') throw new Error('the compiler no longer numbers its types');
  return id;
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return 'target' in type && type.target !== undefined && (type.flags & ts.TypeFlags.Object) !== 0;
}

function shapeOf(flags: ts.TypeFlags): TypeShape {
  const { TypeFlags } = ts;
  if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return 'any';
  if (flags & TypeFlags.Object) return 'object';
  if (flags & TypeFlags.Union) return 'union';
  if (flags & TypeFlags.Intersection) return 'intersection';
  if (flags & TypeFlags.Instantiable) return 'parameter';
  if (flags & TypeFlags.Void) return 'void';
  if (flags & TypeFlags.Undefined) return 'undefined';
  return flags & TypeFlags.Never ? 'never' : 'other';
}
