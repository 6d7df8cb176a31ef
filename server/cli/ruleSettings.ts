import { suggestion } from '#analysis/didYouMean.ts';
import type { Rule } from '#analysis/rule.ts';
import { unusedSuppression } from '#analysis/suppress.ts';
import { severitySettings } from '#workspace/configurationSchema.ts';
import type { RuleSettings } from '#workspace/configurationText.ts';
import { UserError } from '#workspace/userError.ts';

/** Settings from `--rule id:severity`, later ones over earlier ones. @throws UserError for an unknown rule or severity */
export function ruleSettings(written: readonly string[], rules: readonly Rule[]): RuleSettings {
  return Object.fromEntries(
    written.map((each) => parseSetting(each, [...rules.map(({ id }) => id), unusedSuppression])),
  );
}

function parseSetting(written: string, ids: readonly string[]) {
  const [id = '', value = ''] = written.split(/:(.*)/s);
  if (!ids.includes(id)) throw new UserError(`--rule ${written}: unknown rule "${id}"${suggestion(id, ids)}`);
  const severity = severitySettings.find((each) => each === value);
  if (severity !== undefined) return [id, severity] as const;
  const what = value === '' ? 'needs a severity, as in' : `"${value}" is not one of ${severitySettings.join(', ')}`;
  throw new UserError(
    `--rule ${written}: ${what}${value === '' ? ` ${id}:error` : suggestion(value, severitySettings)}`,
  );
}
