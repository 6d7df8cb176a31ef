import { Disposable, languages, LanguageStatusSeverity, l10n, type Command, type LanguageStatusItem } from 'vscode';
import { showTraceCommand, type EvidenceStatus, type StatusParams } from '#protocol/lsp.ts';
import { State, type LanguageClient } from 'vscode-languageclient/node';
import { languages as languageIds } from '../languages.ts';
import { plainText } from '../panel/plainText.ts';
import type { Runs } from '../runs/contracts.ts';
import type { ServerStatus } from './serverStatus.ts';

/** How often the age of the evidence is told anew. ms */
const agingMs = 30_000;

/**
 * Shows the server's state among the language status items: findings in open files, that a run is recorded, the age of the evidence, the engine,
 * and what to do when it stopped.
 */
export function statusItem(client: LanguageClient, server: ServerStatus, runs: Runs): Disposable {
  const item = languages.createLanguageStatusItem(
    'rubato.status',
    languageIds.map((language) => ({ scheme: 'file', language })),
  );
  item.name = 'Rubato';
  showStarting(item);
  const update = (): void => {
    if (server.last !== undefined) showStatus(item, server.last, runs);
  };
  const aging = setInterval(() => server.last?.evidence !== undefined && update(), agingMs);
  return Disposable.from(
    item,
    { dispose: () => clearInterval(aging) },
    server.onDidChange(update),
    runs.onDidChange(update),
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped) showStopped(item, undefined);
      else if (newState === State.Starting) showStarting(item);
    }),
  );
}

function showStatus(item: LanguageStatusItem, status: StatusParams, runs: Runs): void {
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
      item.detail = details(status, runs);
      item.command = status.evidence === undefined && runs.current === undefined ? showOutput() : showTrace();
      return;
    default:
      status.state satisfies never;
  }
}

function details({ findings, openFiles, engine, evidence }: StatusParams, { current }: Runs): string {
  const found = findings === 1 ? l10n.t('1 finding') : l10n.t('{0} findings', findings);
  const files = openFiles === 1 ? l10n.t('1 open file') : l10n.t('{0} open files', openFiles);
  const seen = evidence === undefined ? [] : evidenceDetails(evidence);
  const recording = current?.isAlive === true ? [l10n.t('recording {0}', plainText(current.manifest.command))] : [];
  const runs = [...recording, ...seen];
  // The line has room for one of them before its command is cut off.
  const rest = runs.length > 0 || engine === undefined ? runs : [engine];
  return [`${found}, ${files}`, ...rest].join(' · ');
}

function evidenceDetails({ endedAt, confirmed, observed }: EvidenceStatus): readonly string[] {
  const minutes = Math.max(0, Math.floor((Date.now() - endedAt) / 60_000));
  return [
    evidenceAge(minutes),
    l10n.t('{0} confirmed', confirmed),
    ...(observed === 0 ? [] : [l10n.t('{0} observed', observed)]),
  ];
}

function evidenceAge(minutes: number): string {
  if (minutes < 1) return l10n.t('evidence of this minute');
  if (minutes < 60) return l10n.t('evidence {0} min old', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? l10n.t('evidence {0} h old', hours) : l10n.t('evidence {0} days old', Math.floor(hours / 24));
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

function showTrace(): Command {
  return { title: l10n.t('Show Trace'), command: showTraceCommand };
}

function showOutput(): Command {
  return { title: l10n.t('Show Output'), command: 'rubato.showOutput' };
}
