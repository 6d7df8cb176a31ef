import type { OptionSpec, Rule } from '#analysis/rule.ts';
import { unusedSuppression } from '#analysis/suppress.ts';
import type { Severity } from '#analysis/finding.ts';
import type { JsonSchema, ObjectSchema, TypedSchema } from './jsonSchema.ts';

/** How loud a rule is, as written in a configuration. */
export type SeveritySetting = Severity | 'off';

export const severitySettings: readonly SeveritySetting[] = ['off', 'hint', 'warning', 'error'];

const severity: TypedSchema = {
  type: 'string',
  enum: severitySettings,
  description: 'off: silent; hint and warning: reported; error: reported, and the command fails.',
};

const globs: JsonSchema = { type: 'array', items: { type: 'string' } };

/**
 * Schema of `rubato.jsonc` and of the key `rubato` in package.json, made from the rules. The one source for checking configurations,
 * for the file that editors get, and for the documentation.
 */
export function configurationSchema(rules: readonly Rule[]): ObjectSchema & { readonly description: string } {
  const ruleSettings = ruleSettingsSchema(rules);
  return {
    description: 'Configuration of Rubato: data only, found upward from each judged file.',
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'Where the schema of this file is; for editors.' },
      extends: {
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
        description:
          'Configuration files to start from, relative to this file and inside the same repository. Later ones win.',
      },
      rules: {
        ...ruleSettings,
        description: 'Severity by rule id, or [severity, options]. Rules not named keep their own severity.',
      },
      ignores: {
        ...globs,
        description: 'Files that are never judged: patterns as in .gitignore, and {a,b}, relative to this file.',
      },
      overrides: {
        type: 'array',
        items: overrideSchema(ruleSettings),
        description: 'Other settings for some files. Later entries win over earlier ones and over `rules`.',
      },
      knownSafeCalls: {
        type: 'array',
        items: { type: 'string' },
        description: 'Calls whose promises may float: "module#name", "module#*", or the bare name of a global.',
      },
    },
    additionalProperties: false,
  };
}

function overrideSchema(ruleSettings: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      files: { ...globs, description: 'Patterns as in .gitignore, and {a,b}, relative to this file.' },
      rules: ruleSettings,
    },
    required: ['files', 'rules'],
    additionalProperties: false,
  };
}

function ruleSettingsSchema(rules: readonly Rule[]): ObjectSchema {
  const unused = [
    unusedSuppression,
    { ...severity, description: 'A suppression comment that suppresses nothing.', default: 'warning' },
  ];
  const entries = rules.map((rule) => [rule.id, ruleSchema(rule)] as const);
  return {
    type: 'object',
    title: 'rule',
    properties: Object.fromEntries([...entries, unused]),
    additionalProperties: false,
  };
}

function ruleSchema(rule: Rule): JsonSchema {
  const description = { description: `${rule.summary} ${rule.hint}`, default: rule.severity };
  const options = optionsSchema(rule.options ?? {});
  return { anyOf: [severity, { type: 'array', items: [severity, options], minItems: 1, maxItems: 2 }], ...description };
}

function optionsSchema(specs: Readonly<Record<string, OptionSpec>>): TypedSchema {
  const properties = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, optionSchema(spec)]));
  return { type: 'object', title: 'option', properties, additionalProperties: false };
}

function optionSchema(spec: OptionSpec): JsonSchema {
  const about = { description: spec.description, default: spec.default };
  if (Array.isArray(spec.default)) return { type: 'array', items: { type: 'string' }, ...about };
  if (typeof spec.default === 'boolean') return { type: 'boolean', ...about };
  if (typeof spec.default === 'number') return { type: 'number', ...about };
  return { type: 'string', ...(spec.values === undefined ? {} : { enum: spec.values }), ...about };
}
