import path from 'node:path';
import { l10n, QuickPickItemKind, Uri, window, workspace, type QuickPickItem } from 'vscode';
import { fileWords, isRunnableName } from './fileWords.ts';
import { placeOf, usableNode, type LaunchContext, type Place } from './launchContext.ts';
import { scriptWords } from './packageManager.ts';
import { isInstalled, managerOf, packageAround, packageIn, type Package } from './packages.ts';
import { hasTests } from './runnableFile.ts';
import { runTraced } from './runTask.ts';

/** Most packages whose scripts are offered. */
const mostPackages = 300;

/** `rubato.runFile`: a file of the explorer, a lens, or the active editor. */
export async function runFile(ctx: LaunchContext, given: unknown): Promise<void> {
  const uri = fileOf(given);
  if (uri !== undefined) await startFile(ctx, uri, { isTest: false });
}

/** `rubato.runTests`: those of a file, or the script `test` of the package. */
export async function runTests(ctx: LaunchContext, given: unknown): Promise<void> {
  const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  const document = workspace.textDocuments.find((each) => each.uri.toString() === uri?.toString());
  const isTestFile = uri !== undefined && isRunnableName(uri.fsPath) && hasTests(document?.getText() ?? '');
  if (uri !== undefined && (given instanceof Uri || isTestFile)) return startFile(ctx, uri, { isTest: true });
  const place = placeOf(uri);
  const found = place && (await packageAround(uri?.fsPath ?? place.root, place.root));
  if (place === undefined || found?.manifest.scripts['test'] === undefined)
    return void window.showInformationMessage(
      l10n.t(
        'No package.json around here has a script `test`. Open a file with tests of node:test, or choose a script.',
      ),
    );
  await startScript(ctx, { found, place, script: 'test' });
}

/** `rubato.runScript`: the script of a lens (`given`: package.json, `name`), or one of the workspace that the user chooses. */
export async function runScript(ctx: LaunchContext, given: unknown, name: unknown): Promise<void> {
  const chosen =
    given instanceof Uri && typeof name === 'string' ? await scriptIn(given, name) : await chooseScript(given);
  if (chosen !== undefined) await startScript(ctx, chosen);
}

interface ChosenScript {
  readonly found: Package;
  readonly place: Place;
  readonly script: string;
}

async function scriptIn(manifest: Uri, script: string): Promise<ChosenScript | undefined> {
  const found = await packageIn(path.dirname(manifest.fsPath));
  const place = placeOf(manifest);
  return found === undefined || place === undefined ? undefined : { found, place, script };
}

async function startScript(ctx: LaunchContext, { found, place, script }: ChosenScript): Promise<void> {
  const node = await usableNode(Uri.file(found.folder));
  if (node === undefined) return;
  const words = scriptWords(await managerOf(found), script);
  await runTraced(ctx, { words, cwd: found.folder, place, node });
}

async function startFile(ctx: LaunchContext, uri: Uri, { isTest }: { readonly isTest: boolean }): Promise<void> {
  const place = placeOf(uri);
  const node = await usableNode(uri);
  if (place === undefined || node === undefined) return;
  await workspace.textDocuments.find((each) => each.isDirty && each.uri.toString() === uri.toString())?.save();
  const cwd = (await packageAround(path.dirname(uri.fsPath), place.root))?.folder ?? place.root;
  const hasTsx = await isInstalled('tsx', cwd);
  const file = path.relative(cwd, uri.fsPath);
  const started = fileWords(file, { ...node, hasTsx, isTest });
  if (started.kind === 'no-typescript') return tellNoTypeScript(ctx, started.version);
  await runTraced(ctx, { words: started.words, cwd, place, node });
}

async function tellNoTypeScript(ctx: LaunchContext, version: string): Promise<void> {
  const message = l10n.t(
    'Node {0} cannot run this TypeScript file by itself. Install tsx in its package, use Node 22.18 or later, or run an npm script that compiles it.',
    version,
  );
  const choice = await window.showWarningMessage(message, l10n.t('Run Script…'));
  if (choice !== undefined) await runScript(ctx, undefined, undefined);
}

/** The file that is meant, when it is one that can be run. */
function fileOf(given: unknown): Uri | undefined {
  const uri = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  if (uri !== undefined && uri.scheme === 'file' && isRunnableName(uri.fsPath)) return uri;
  void window.showInformationMessage(l10n.t('Open a JavaScript or TypeScript file first: it is what will run.'));
  return undefined;
}

interface ScriptItem extends QuickPickItem {
  readonly chosen?: ChosenScript;
}

async function chooseScript(given: unknown): Promise<ChosenScript | undefined> {
  const near = given instanceof Uri ? given : window.activeTextEditor?.document.uri;
  const items = scriptItems(await packagesFrom(near));
  if (items.length === 0)
    return void window.showInformationMessage(l10n.t('No package.json of this workspace has scripts.'));
  const placeHolder = l10n.t('Script to run with trace');
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.chosen;
}

function scriptItems(packages: readonly (readonly [Package, Place])[]): readonly ScriptItem[] {
  return packages.flatMap(([found, place]) => {
    const scripts = Object.entries(found.manifest.scripts);
    if (scripts.length === 0) return [];
    const label = found.manifest.name ?? path.basename(found.folder);
    const head: ScriptItem = { label, kind: QuickPickItemKind.Separator };
    return [
      head,
      ...scripts.map(([script, command]) => ({
        label: script,
        description: command,
        chosen: { found, place, script },
      })),
    ];
  });
}

/** All packages of the workspace: the nearest one of a file first, then the outer before the inner ones. */
async function packagesFrom(near: Uri | undefined): Promise<readonly (readonly [Package, Place])[]> {
  const uris = await workspace.findFiles('**/package.json', '**/node_modules/**', mostPackages);
  const folders = uris
    .map(({ fsPath }) => path.dirname(fsPath))
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const place = near === undefined ? undefined : placeOf(near);
  const nearest = near && place && (await packageAround(path.dirname(near.fsPath), place.root));
  const ordered = [...new Set([...(nearest === undefined ? [] : [nearest.folder]), ...folders])];
  const found = await Promise.all(ordered.map(packageIn));
  return found.flatMap((each) => {
    const its = each === undefined ? undefined : placeOf(Uri.file(path.join(each.folder, 'package.json')));
    return each === undefined || its === undefined ? [] : [[each, its] as const];
  });
}
