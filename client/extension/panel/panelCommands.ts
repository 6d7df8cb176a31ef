import { commands, Disposable, l10n, Uri, window } from 'vscode';
import { asObject, showTraceCommand } from '#protocol/lsp.ts';
import type { ShowMessage } from '#protocol/panel.ts';
import type { Run, Runs } from '../runs/contracts.ts';
import { chooseTrace, chooseTraceFile } from './chooseRun.ts';
import { traceEditor, traceEditorType } from './traceEditor.ts';
import { fileInRoot, traceFilter } from './traceFilter.ts';
import { isFileUri, TracePanels } from './tracePanels.ts';
import type { ViewContext } from './traceView.ts';

/** The trace panel with its commands, and the editor of trace files. */
export function tracePanel(context: ViewContext): Disposable {
  const { runs } = context.tracing;
  const panels = new TracePanels(context);
  return Disposable.from(
    panels,
    traceEditor(context),
    commands.registerCommand(showTraceCommand, (params: unknown) => showTrace(panels, runs, params)),
    commands.registerCommand('rubato.openTrace', () => openTrace(panels, runs)),
    commands.registerCommand('rubato.openTraceFile', openTraceFile),
  );
}

/** `params`: `ShowTraceParams` of a code lens; anything else shows the whole trace. */
async function showTrace(panels: TracePanels, runs: Runs, params: unknown): Promise<void> {
  await runs.firstLook;
  await runs.look();
  const { uri, name } = asObject(params);
  const wanted = typeof uri === 'string' ? runOfFile(runs, Uri.parse(uri)) : undefined;
  if (wanted !== undefined) return panels.show(wanted.run.folder, tasksOf(wanted.file, name));
  if (runs.current !== undefined) return panels.show(runs.current.folder);
  await offerFile(panels);
}

/** The newest run that the file may have taken part in. */
function runOfFile(runs: Runs, uri: Uri): { readonly run: Run; readonly file: string } | undefined {
  for (const run of runs.all) {
    const file = isFileUri(uri) ? fileInRoot(uri.fsPath, run.root) : undefined;
    if (file !== undefined) return { run, file };
  }
  return undefined;
}

function tasksOf(file: string, name: unknown): ShowMessage {
  return { kind: 'show', tab: 'tasks', filter: traceFilter({ file, name: typeof name === 'string' ? name : '' }) };
}

/** The user chooses among runs and files. */
async function openTrace(panels: TracePanels, runs: Runs): Promise<void> {
  await runs.firstLook;
  await runs.look();
  const trace = await chooseTrace(runs.all, l10n.t('Recorded run to show'));
  if (trace !== undefined) panels.show(trace);
}

/** `file`: chosen in the explorer. */
async function openTraceFile(file: unknown): Promise<void> {
  if (isFileUri(file)) await commands.executeCommand('vscode.openWith', file, traceEditorType);
}

async function offerFile(panels: TracePanels): Promise<void> {
  const open = l10n.t('Open Trace File…');
  const text = l10n.t('No run is recorded in this workspace yet: start a program with trace, or open a trace file.');
  if ((await window.showInformationMessage(text, open)) !== open) return;
  const file = await chooseTraceFile();
  if (file !== undefined) panels.show(file.fsPath);
}
