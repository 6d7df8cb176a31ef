import path from 'node:path';
import {
  CodeLens,
  Disposable,
  EventEmitter,
  l10n,
  languages,
  Range,
  workspace,
  type CodeLensProvider,
  type TextDocument,
} from 'vscode';
import { languages as languageIds } from '../languages.ts';
import { placeOf } from './launchContext.ts';
import { scriptPlaces } from './packageManifest.ts';
import { packageAround } from './packages.ts';
import { isProgramOf, runnablePlace, type RunnablePlace } from './runnableFile.ts';

/** Offers to run scripts, programs and tests with trace, above them. Nothing in Restricted Mode. */
export function runLenses(): Disposable {
  const changed = new EventEmitter<void>();
  const fire = (): void => changed.fire();
  const onDidChangeCodeLenses = changed.event;
  const scripts: CodeLensProvider = { onDidChangeCodeLenses, provideCodeLenses: scriptLenses };
  const files: CodeLensProvider = { onDidChangeCodeLenses, provideCodeLenses: fileLenses };
  const manifests = workspace.createFileSystemWatcher('**/package.json', true, false, true);
  return Disposable.from(
    changed,
    manifests,
    manifests.onDidChange(fire),
    workspace.onDidGrantWorkspaceTrust(fire),
    workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('rubato.run.codeLens') && fire()),
    languages.registerCodeLensProvider({ scheme: 'file', pattern: '**/package.json' }, scripts),
    languages.registerCodeLensProvider(
      languageIds.map((language) => ({ scheme: 'file', language })),
      files,
    ),
  );
}

function areWanted({ uri }: TextDocument): boolean {
  return workspace.isTrusted && workspace.getConfiguration('rubato', uri).get<boolean>('run.codeLens', true);
}

function scriptLenses(document: TextDocument): readonly CodeLens[] & CodeLens[] {
  if (!areWanted(document) || /[\\/]node_modules[\\/]/.test(document.uri.fsPath)) return [];
  return scriptPlaces(document.getText()).map(({ name, line }) =>
    lens(line, { title: l10n.t('Run with trace'), command: 'rubato.runScript', arguments: [document.uri, name] }),
  );
}

async function fileLenses(document: TextDocument): Promise<CodeLens[]> {
  if (!areWanted(document)) return [];
  const place = runnablePlace(document.getText(), await isNamedByPackage(document));
  return place === undefined ? [] : [fileLens(document, place)];
}

function fileLens({ uri }: TextDocument, { kind, line }: RunnablePlace): CodeLens {
  return kind === 'tests'
    ? lens(line, { title: l10n.t('Run tests with trace'), command: 'rubato.runTests', arguments: [uri] })
    : lens(line, { title: l10n.t('Run with trace'), command: 'rubato.runFile', arguments: [uri] });
}

function lens(line: number, command: CodeLens['command']): CodeLens {
  return new CodeLens(new Range(line, 0, line, 0), command);
}

async function isNamedByPackage({ uri }: TextDocument): Promise<boolean> {
  const place = placeOf(uri);
  const found = place && (await packageAround(path.dirname(uri.fsPath), place.root));
  if (found === undefined) return false;
  return isProgramOf(found.manifest.programs, path.relative(found.folder, uri.fsPath).replaceAll('\\', '/'));
}
