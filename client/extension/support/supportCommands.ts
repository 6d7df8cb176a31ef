import {
  commands,
  Disposable,
  env,
  UIKind,
  Uri,
  version,
  workspace,
  type Extension,
  type ExtensionContext,
} from 'vscode';
import { arch, platform, release } from 'node:os';
import type { ServerStatus } from '../language/serverStatus.ts';
import { issueFacts, issueQuestions, newIssueUrl } from './issueText.ts';

/** The walkthrough's id in package.json. */
const walkthrough = 'start';

/** Registers what helps a person: the walkthrough, the settings, a report of a fault. Nothing of it opens by itself. */
export function supportCommands({ extension }: ExtensionContext, status: ServerStatus): Disposable {
  return Disposable.from(
    commands.registerCommand('rubato.openWalkthrough', async () => {
      await commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#${walkthrough}`);
      status.checkSteps();
    }),
    commands.registerCommand('rubato.openSettings', () =>
      commands.executeCommand('workbench.action.openSettings', `@ext:${extension.id}`),
    ),
    commands.registerCommand('rubato.reportIssue', () => reportIssue(extension, status)),
  );
}

/** VS Code's own reporter knows how to post an issue; that of the web drops our text, and some builds have none. */
async function reportIssue(extension: Extension<unknown>, status: ServerStatus): Promise<void> {
  const facts = issueFacts({
    extension: textAt(extension.packageJSON, 'version'),
    editor: `${env.appName} ${version}`,
    system: [platform(), arch(), release()].join(' '),
    remote: env.remoteName,
    isTrusted: workspace.isTrusted,
    server: status.last,
  });
  const reporter = 'workbench.action.openIssueReporter';
  const body = `${issueQuestions}\n${facts}`;
  if (env.uiKind === UIKind.Desktop && (await commands.getCommands(true)).includes(reporter))
    await commands.executeCommand(reporter, { extensionId: extension.id, issueBody: body });
  else await env.openExternal(Uri.parse(newIssueUrl(textAt(extension.packageJSON, 'bugs', 'url'), body), true));
}

/** A text in the manifest; empty when there is none. */
function textAt(manifest: unknown, ...keys: readonly string[]): string {
  const found = keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    manifest,
  );
  return typeof found === 'string' ? found : '';
}
