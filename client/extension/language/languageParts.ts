import { Disposable, type ExtensionContext, type LogOutputChannel } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { tracePanel } from '../panel/panelCommands.ts';
import type { Tracing } from '../runs/tracing.ts';
import { supportCommands } from '../support/supportCommands.ts';
import { registerCommands } from './commands.ts';
import { ruleDocuments } from './ruleDocuments.ts';
import { serverClient } from './serverClient.ts';
import { serverStatus } from './serverStatus.ts';
import { statusItem } from './statusItem.ts';

export interface LanguageParts {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly tracing: Tracing;
}

/** A client for the language server, not yet started, and everything that asks it or shows its state. */
export function languageParts({ context, log, tracing }: LanguageParts): {
  readonly client: LanguageClient;
  readonly parts: Disposable;
} {
  const client = serverClient(context, log);
  const status = serverStatus(client);
  const parts = Disposable.from(
    status,
    statusItem(client, status, tracing.runs),
    supportCommands(context, status),
    tracePanel({ extension: context.extensionUri, client, log, tracing }),
    ruleDocuments(client),
    registerCommands(client, log),
  );
  return { client, parts };
}
