import { Disposable, languages, LanguageStatusSeverity, l10n, type Command, type LanguageStatusItem } from 'vscode';
import { statusNotification, type StatusParams } from '#protocol/lsp.ts';
import { State, type LanguageClient } from 'vscode-languageclient/node';
import { languages as languageIds } from './languages.ts';

/** Shows the server's state among the language status items: engine, findings in open files, and what to do when it stopped. */
export function statusItem(client: LanguageClient): Disposable {
  const item = languages.createLanguageStatusItem(
    'rubato.status',
    languageIds.map((language) => ({ scheme: 'file', language })),
  );
  item.name = 'Rubato';
  showStarting(item);
  return Disposable.from(
    item,
    client.onNotification(statusNotification, (status: StatusParams) => showStatus(item, status)),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped) showStopped(item, undefined);
      else if (newState === State.Starting) showStarting(item);
    }),
  );
}

function showStatus(item: LanguageStatusItem, status: StatusParams): void {
  switch (status.state) {
    case 'starting':
      return showStarting(item);
    case 'stopped':
      return showStopped(item, status.message);
    case 'analyzing':
    case 'ready':
      item.severity = LanguageStatusSeverity.Information;
      item.busy = status.state === 'analyzing';
      item.text = 'Rubato';
      item.detail = details(status);
      item.command = showOutput();
      return;
    default:
      status.state satisfies never;
  }
}

function details({ findings, openFiles, engine }: StatusParams): string {
  const found = findings === 1 ? l10n.t('1 finding') : l10n.t('{0} findings', findings);
  const files = openFiles === 1 ? l10n.t('1 open file') : l10n.t('{0} open files', openFiles);
  return [`${found}, ${files}`, ...(engine === undefined ? [] : [engine])].join(' · ');
}

function showStarting(item: LanguageStatusItem): void {
  item.severity = LanguageStatusSeverity.Information;
  item.busy = true;
  item.text = 'Rubato';
  item.detail = l10n.t('starting');
  item.command = showOutput();
}

function showStopped(item: LanguageStatusItem, message: string | undefined): void {
  item.severity = LanguageStatusSeverity.Error;
  item.busy = false;
  item.text = l10n.t('Rubato stopped');
  item.detail = message ?? l10n.t('The output has the reason');
  item.command = { title: l10n.t('Restart'), command: 'rubato.restartServer' };
}

function showOutput(): Command {
  return { title: l10n.t('Show Output'), command: 'rubato.showOutput' };
}
