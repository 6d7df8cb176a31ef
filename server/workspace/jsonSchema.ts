import type { Node } from 'jsonc-parser';
import { suggestion } from '#analysis/didYouMean.ts';

/** The part of JSON Schema (draft 7) that our own files need. Also what editors get, so there is one source for both. */
export type JsonSchema = TypedSchema | (AnyOfSchema & About);
export type TypedSchema = (StringSchema | BooleanSchema | NumberSchema | ListSchema | TupleSchema | ObjectSchema) &
  About;

interface About {
  readonly description?: string;
  readonly default?: unknown;
}

interface StringSchema {
  readonly type: 'string';
  readonly enum?: readonly string[];
}

interface BooleanSchema {
  readonly type: 'boolean';
}

interface NumberSchema {
  readonly type: 'number';
}

interface ListSchema {
  readonly type: 'array';
  readonly items: JsonSchema;
}

/** First element required, the others optional. */
interface TupleSchema {
  readonly type: 'array';
  readonly items: readonly JsonSchema[];
  readonly minItems: 1;
  readonly maxItems: number;
}

/** No other properties than these. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
  /** What a key is called in messages; `key` by default. */
  readonly title?: string;
}

/** Alternatives of different types, so that the type of the value tells which one is meant. */
interface AnyOfSchema {
  readonly anyOf: readonly TypedSchema[];
}

/** Something in a JSON text that its schema does not allow. */
export interface SchemaMistake {
  /** 0-based offset in the text. */
  readonly offset: number;
  readonly message: string;
}

/** All mistakes of a parsed JSON text, in source order. */
export function checkSchema(node: Node, schema: JsonSchema): readonly SchemaMistake[] {
  if ('anyOf' in schema) return checkAlternatives(node, schema);
  if (node.type !== schema.type) return [mistake(node, `must be ${describe(schema)}`)];
  switch (schema.type) {
    case 'string':
      return checkEnum(node, schema);
    case 'array':
      return isTuple(schema)
        ? checkTuple(node, schema)
        : childrenOf(node).flatMap((child) => checkSchema(child, schema.items));
    case 'object':
      return checkObject(node, schema);
    case 'boolean':
    case 'number':
      return [];
    default:
      return schema satisfies never;
  }
}

function checkAlternatives(node: Node, schema: AnyOfSchema): readonly SchemaMistake[] {
  const meant = schema.anyOf.find((each) => each.type === node.type);
  if (meant !== undefined) return checkSchema(node, meant);
  return [mistake(node, `must be ${schema.anyOf.map(describe).join(' or ')}`)];
}

function checkEnum(node: Node, schema: StringSchema): readonly SchemaMistake[] {
  const value = String(node.value);
  if (schema.enum === undefined || schema.enum.includes(value)) return [];
  return [mistake(node, `"${value}" is not one of ${schema.enum.join(', ')}${suggestion(value, schema.enum)}`)];
}

function isTuple(schema: ListSchema | TupleSchema): schema is TupleSchema {
  return Array.isArray(schema.items);
}

function checkTuple(node: Node, schema: TupleSchema): readonly SchemaMistake[] {
  const children = childrenOf(node);
  if (children.length === 0) return [mistake(node, `must be ${describe(schema)}`)];
  return children.flatMap((child, index) => {
    const item = schema.items[index];
    return item === undefined ? [mistake(child, `is one element too many`)] : checkSchema(child, item);
  });
}

function checkObject(node: Node, schema: ObjectSchema): readonly SchemaMistake[] {
  const properties = childrenOf(node);
  const found = properties.flatMap((property) => checkProperty(property, schema));
  const missing = (schema.required ?? []).filter((key) => !properties.some((property) => keyOf(property) === key));
  return [...missing.map((key) => mistake(node, `"${key}" is missing`)), ...found];
}

function checkProperty(property: Node, schema: ObjectSchema): readonly SchemaMistake[] {
  const key = keyOf(property);
  const known = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (known === undefined) {
    return [
      mistake(property, `unknown ${schema.title ?? 'key'} "${key}"${suggestion(key, Object.keys(schema.properties))}`),
    ];
  }
  const value = childrenOf(property)[1];
  return value === undefined ? [] : checkSchema(value, known);
}

function keyOf(property: Node): string {
  return String(childrenOf(property)[0]?.value ?? '');
}

function childrenOf(node: Node): readonly Node[] {
  return node.children ?? [];
}

function mistake(node: Node, message: string): SchemaMistake {
  return { offset: node.offset, message };
}

function describe(schema: JsonSchema): string {
  if ('anyOf' in schema) return schema.anyOf.map(describe).join(' or ');
  switch (schema.type) {
    case 'string':
      return schema.enum === undefined ? 'a string' : `one of ${schema.enum.map((each) => `"${each}"`).join(', ')}`;
    case 'array':
      return isTuple(schema)
        ? `[${schema.items.map((_, index) => (index === 0 ? 'severity' : '{ options }')).join(', ')}]`
        : 'a list';
    case 'object':
      return 'an object';
    case 'boolean':
      return 'true or false';
    case 'number':
      return 'a number';
    default:
      return schema satisfies never;
  }
}
