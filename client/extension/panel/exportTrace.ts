import path from 'node:path';
import { commands, l10n, ProgressLocation, Uri, window } from 'vscode';
import type { PanelExportFormat } from '#protocol/panel.ts';
import type { Session } from '../runs/contracts.ts';

const kinds = {
  perfetto: { name: 'Perfetto', ending: 'perfetto-trace' },
  chrome: { name: 'Chrome trace', ending: 'json' },
} as const satisfies Record<PanelExportFormat, unknown>;

/** Asks where to, writes the trace for another tool, and offers to reveal it. `root`: folder that is offered first; absolute. */
export async function exportTrace(
  session: Session,
  format: PanelExportFormat,
  { root, title }: { readonly root: string; readonly title: string },
): Promise<void> {
  const { name, ending } = kinds[format];
  const file = `${title.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-').slice(0, 80) || 'trace'}.${ending}`;
  const uri = await window.showSaveDialog({
    defaultUri: Uri.file(path.join(root, file)),
    filters: { [name]: [ending] },
  });
  if (uri === undefined) return;
  await window.withProgress({ location: ProgressLocation.Notification, title: l10n.t('Exporting the trace') }, () =>
    session.export(format, uri.fsPath),
  );
  const reveal = l10n.t('Reveal');
  const text = l10n.t('The trace was exported to {0}.', path.basename(uri.fsPath));
  if ((await window.showInformationMessage(text, reveal)) === reveal) await revealFile(uri);
}

/** The file manager is the user's own; a remote window has only the explorer. */
async function revealFile(uri: Uri): Promise<void> {
  const all = await commands.getCommands(true);
  const command = all.includes('revealFileInOS') ? 'revealFileInOS' : 'revealInExplorer';
  await commands.executeCommand(command, uri);
}
