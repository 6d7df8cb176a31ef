import { asObject, trustNotification } from '#protocol/lsp.ts';
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
} from 'vscode-languageserver';
import { answerRequests } from './answerRequests.ts';
import { pushedSection } from './clientSettings.ts';
import { offeredKinds } from './codeActions.ts';
import { answerEvidence } from './answerEvidence.ts';
import { answerRunFindings } from './answerRunFindings.ts';
import { followDisk } from './followDisk.ts';
import { openDocuments } from './openDocuments.ts';
import { ServedClient } from './servedClient.ts';
import { watchedGlobs } from './watchedFiles.ts';

/**
 * Serves one client on the connection, from `initialize` to `exit`.
 * @param workerScript what the analysis thread runs
 */
export function startLanguageServer(connection: Connection, workerScript: URL): void {
  let client: ServedClient | undefined;
  connection.onInitialize((params) => {
    client ??= serve(connection, new ServedClient(connection, params, workerScript));
    return capabilities;
  });
  connection.onShutdown(() => client?.dispose());
  connection.listen();
}

const capabilities: InitializeResult = {
  capabilities: {
    positionEncoding: 'utf-16',
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    codeActionProvider: { codeActionKinds: [...offeredKinds] },
    hoverProvider: true,
    codeLensProvider: {},
    inlayHintProvider: true,
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  },
  serverInfo: { name: 'rubato' },
};

/** The protocol forbids clients to send anything before the answer to `initialize`, so handlers are in place in time. */
function serve(connection: Connection, client: ServedClient): ServedClient {
  connection.onInitialized(() => client.watch(register(client).then(() => client.configure())));
  connection.onDidChangeConfiguration(({ settings }: { settings?: unknown }) => {
    const section = pushedSection(settings);
    client.watch(client.configure(section === undefined ? {} : { section }));
  });
  connection.onNotification(trustNotification, (params: unknown) => {
    client.watch(client.configure({ isTrusted: asObject(params)['isTrusted'] === true }));
  });
  followDocuments(client);
  followDisk(client);
  answerRequests(client);
  answerEvidence(client);
  answerRunFindings(client);
  return client;
}

function followDocuments({ connection, checks }: ServedClient): void {
  const documents = openDocuments((message) => connection.console.debug(message));
  documents.onDidOpen(({ document }) => checks.open(document));
  documents.onDidChangeContent(({ document }) => checks.change(document));
  documents.onDidClose(({ document }) => checks.close(document.uri));
  documents.listen(connection);
}

/** Asks the client to tell of changed settings, folders and files, as far as it can be asked. */
async function register(client: ServedClient): Promise<void> {
  const { connection } = client;
  const { workspace } = client.capabilities;
  if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'rubato' });
  }
  if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
    const watchers = watchedGlobs.map((globPattern) => ({ globPattern }));
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
  if (workspace?.workspaceFolders === true) {
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
      client.watch(client.changeFolders(added, removed)),
    );
  }
}
