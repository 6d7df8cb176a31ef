import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { OptionValue } from '#analysis/rule.ts';
import { positionAt, textLines } from '#analysis/textLines.ts';
import type { SeveritySetting } from './configurationSchema.ts';
import { checkSchema, type JsonSchema, type SchemaMistake } from './jsonSchema.ts';
import { UserError } from './userError.ts';

/** A configuration as written, after checking: the shape that `configurationSchema` describes. */
export interface ConfigurationData {
  readonly extends?: string | readonly string[];
  readonly rules?: RuleSettings;
  readonly ignores?: readonly string[];
  readonly overrides?: readonly OverrideData[];
  readonly knownSafeCalls?: readonly string[];
}

export type RuleSettings = Readonly<Record<string, RuleSetting>>;
export type RuleSetting = SeveritySetting | readonly [SeveritySetting, Readonly<Record<string, OptionValue>>?];

export interface OverrideData {
  readonly files: readonly string[];
  readonly rules: RuleSettings;
}

/** A JSON text with the name that messages give it. */
export interface ConfigurationText {
  readonly name: string;
  readonly text: string;
  /** Where the configuration is in the text: nothing for the whole of it, or a key. */
  readonly key: string | undefined;
}

/**
 * The configuration in a text; `undefined` when the text has no such key.
 * @throws UserError with a line for each mistake: file, line, column, what is wrong, what was meant
 */
export function parseConfiguration(source: ConfigurationText, schema: JsonSchema): ConfigurationData | undefined {
  const errors: ParseError[] = [];
  const root = parseTextTree(source, errors);
  const node = source.key === undefined || root === undefined ? root : findNodeAtLocation(root, [source.key]);
  const [error] = errors;
  if (error !== undefined && (source.key === undefined || node !== undefined)) {
    throw mistaken(source, [{ offset: error.offset, message: syntaxMessage(error) }]);
  }
  if (node === undefined) return source.key === undefined ? {} : undefined;
  return checkedValue(node, source, schema);
}

function checkedValue(node: Node, source: ConfigurationText, schema: JsonSchema): ConfigurationData {
  const mistakes = checkSchema(node, schema);
  const value: unknown = getNodeValue(node);
  if (!isChecked(value, mistakes)) throw mistaken(source, mistakes);
  return value;
}

/** The schema describes `ConfigurationData`, so a value without mistakes is one. */
function isChecked(_value: unknown, mistakes: readonly SchemaMistake[]): _value is ConfigurationData {
  return mistakes.length === 0;
}

function parseTextTree(source: ConfigurationText, errors: ParseError[]): Node | undefined {
  const isPackage = source.key !== undefined;
  try {
    return parseTree(source.text, errors, {
      allowTrailingComma: !isPackage,
      disallowComments: isPackage,
      allowEmptyContent: true,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${source.name}: is nested too deeply to be read`);
    throw error;
  }
}

function syntaxMessage(error: ParseError): string {
  const words = printParseErrorCode(error.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return `not valid JSON with comments: ${words}`;
}

function mistaken(source: ConfigurationText, mistakes: readonly SchemaMistake[]): UserError {
  const lines = textLines(source.text);
  const shown = mistakes.slice(0, 10).map(({ offset, message }) => {
    const { line, column } = positionAt(lines, offset);
    return `${source.name}:${line}:${column}: ${message}`;
  });
  const rest = mistakes.length - shown.length;
  return new UserError([...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'));
}
