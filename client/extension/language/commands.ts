import { commands, Disposable, l10n, window, type LogOutputChannel, type QuickPickItem } from 'vscode';
import { explainRuleCommand, rulesRequest, type RuleSummary } from '#protocol/lsp.ts';
import type { LanguageClient } from 'vscode-languageclient/node';
import { showRule } from './ruleDocuments.ts';

/** Registers the commands of package.json. */
export function registerCommands(client: LanguageClient, log: LogOutputChannel): Disposable {
  return Disposable.from(
    commands.registerCommand('rubato.restartServer', () => client.restart()),
    commands.registerCommand('rubato.showOutput', () => log.show()),
    commands.registerCommand(explainRuleCommand, (ruleId: unknown) => explainRule(client, ruleId)),
  );
}

async function explainRule(client: LanguageClient, ruleId: unknown): Promise<void> {
  const chosen = typeof ruleId === 'string' ? ruleId : await chooseRule(client);
  if (chosen !== undefined) await showRule(chosen);
}

async function chooseRule(client: LanguageClient): Promise<string | undefined> {
  const rules = await client.sendRequest<readonly RuleSummary[]>(rulesRequest);
  const items = rules.map(({ id, summary }): QuickPickItem => ({ label: id, detail: summary }));
  const choice = await window.showQuickPick(items, { placeHolder: l10n.t('Rule to explain'), matchOnDetail: true });
  return choice?.label;
}
