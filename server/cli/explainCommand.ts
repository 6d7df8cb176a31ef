import { suggestion } from '#analysis/didYouMean.ts';
import { documentedRules, rulePage } from '#analysis/rulePage.ts';
import { rules } from '#analysis/rules/index.ts';
import { UserError } from '#workspace/userError.ts';
import { exitCodes, type ExitCode } from './exitCodes.ts';
import { writeAll } from './output.ts';

/** Prints a rule's page. @throws UserError when there is no such rule */
export async function explainCommand(ruleId: string): Promise<ExitCode> {
  const documented = documentedRules(rules);
  const rule = documented.find(({ id }) => id === ruleId);
  if (rule === undefined) {
    const ids = documented.map(({ id }) => id);
    throw new UserError(`There is no rule "${ruleId}"${suggestion(ruleId, ids)}\n\`rubato rules\` lists them all`);
  }
  await writeAll(process.stdout, rulePage(rule));
  return exitCodes.ok;
}
