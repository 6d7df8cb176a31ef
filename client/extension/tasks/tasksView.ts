import { commands, Disposable, l10n, Uri, window, type LogOutputChannel, type TreeView } from 'vscode';
import type { PanelPlace } from '#protocol/panel.ts';
import { chooseTrace } from '../panel/chooseRun.ts';
import { openSource } from '../panel/openSource.ts';
import { plainText } from '../panel/plainText.ts';
import type { Tracing } from '../runs/tracing.ts';
import { isSuspicious, taskItems } from './taskItems.ts';
import { openPlaceCommand, TaskTree, type TaskElement } from './taskTree.ts';
import { tasksMessage } from './tasksMessage.ts';
import { WatchedRun } from './watchedRun.ts';

export interface TasksParts {
  readonly tracing: Tracing;
  readonly log: LogOutputChannel;
}

/** Id of the view in package.json. */
const viewId = 'rubato.tasks';
/** How often the age of an end is told anew. ms */
const agingMs = 10_000;

/** The view of living tasks, grouped by where they wait. Nothing is read while nobody looks. */
export function tasksView({ tracing, log }: TasksParts): Disposable {
  const tree = new TaskTree();
  const view = window.createTreeView<TaskElement>(viewId, { treeDataProvider: tree, showCollapseAll: true });
  const watched = new WatchedRun(tracing);
  const update = (): void => show(view, tree, watched);
  const look = (): void => {
    watched.watch(view.visible);
    update();
  };
  const aging = setInterval(() => view.visible && watched.run?.isAlive === false && update(), agingMs);
  const guarded = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => log.error(error instanceof Error ? error : String(error)));
  };
  look();
  return Disposable.from(
    tree,
    view,
    watched,
    { dispose: () => clearInterval(aging) },
    view.onDidChangeVisibility(look),
    watched.onDidChange(update),
    commands.registerCommand(openPlaceCommand, (place: PanelPlace, root: string) =>
      openSource(place, { root, column: undefined }),
    ),
    commands.registerCommand('rubato.chooseRun', () => guarded(chooseRun(tracing, watched))),
  );
}

function show(view: TreeView<TaskElement>, tree: TaskTree, { run, tasks, problem, root }: WatchedRun): void {
  const now = Date.now();
  tree.show(tasks === undefined ? [] : taskItems(tasks, l10n), root);
  const { manifest, isAlive } = run ?? {};
  const hasRun = manifest !== undefined && isAlive !== undefined;
  // Without a message and without lines, the editor shows what it offers a newcomer.
  setText(view, 'message', hasRun ? tasksMessage({ manifest, isAlive, tasks, problem }, now, l10n) : undefined);
  setText(view, 'description', hasRun ? plainText(manifest.command) : undefined);
  const suspicious = tasks?.groups.filter((group) => isSuspicious(group)).length ?? 0;
  // Of a program that goes on unseen, nothing is known any more.
  const isKnown = view.visible || isAlive !== true;
  setBadge(view, isKnown ? suspicious : 0);
}

function setText(view: TreeView<TaskElement>, field: 'message' | 'description', text: string | undefined): void {
  if (view[field] === text) return;
  // Absent is not `undefined` to the compiler, but it is to the editor.
  Object.assign(view, { [field]: text });
}

function setBadge(view: TreeView<TaskElement>, value: number): void {
  if ((view.badge?.value ?? 0) === value) return;
  const tooltip = value === 1 ? l10n.t('1 place looks stuck') : l10n.t('{0} places look stuck', value);
  view.badge = value === 0 ? undefined : { value, tooltip };
}

async function openTrace(file: string): Promise<void> {
  await commands.executeCommand('rubato.openTraceFile', Uri.file(file));
}

/** `rubato.chooseRun`: lets the user choose among the recorded runs. */
async function chooseRun({ runs }: Tracing, watched: WatchedRun): Promise<void> {
  await runs.firstLook;
  const folder = await chooseTrace(runs.all, l10n.t('Run whose tasks to show'));
  if (folder === undefined) return;
  // A file is no run that could go on, so it is shown as a whole.
  if (!runs.all.some((run) => run.folder === folder)) return openTrace(folder);
  watched.choose(folder);
  await commands.executeCommand(`${viewId}.focus`);
}
