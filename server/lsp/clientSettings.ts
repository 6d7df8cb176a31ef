import { asObject } from '#protocol/lsp.ts';
import type { ClientCapabilities, Connection, WorkspaceFolder } from 'vscode-languageserver';
import { pathOfUri } from './fileUris.ts';
import { parseSettings, type RawSettings, type ServerSettings } from './settings.ts';

/** What is known of the client's settings without asking it. */
export interface ClientSettings {
  readonly capabilities: ClientCapabilities;
  readonly folders: readonly WorkspaceFolder[];
  readonly isTrusted: boolean;
  /** The section `rubato` as the client sent it by itself, for clients that cannot be asked. */
  readonly section: unknown;
}

/** A client that promised to answer and does not must not keep the findings back. */
const answerTimeMs = 3000;

/** Asks the client for the settings of each folder and of the window. Never rejects: without an answer, defaults hold. */
export async function fetchSettings(connection: Connection, known: ClientSettings): Promise<ServerSettings> {
  const scopes = [undefined, ...known.folders.map(({ uri }) => uri)];
  const sections = known.capabilities.workspace?.configuration === true ? await ask(connection, scopes) : undefined;
  const raw = scopes.flatMap((uri, index): RawSettings[] => {
    const root = uri === undefined ? undefined : pathOfUri(uri);
    if (uri !== undefined && root === undefined) return [];
    return [{ root, section: sections === undefined ? known.section : sections[index] }];
  });
  return parseSettings(raw, { isTrusted: known.isTrusted });
}

async function ask(connection: Connection, scopes: readonly (string | undefined)[]): Promise<readonly unknown[]> {
  const items = scopes.map((scopeUri) =>
    scopeUri === undefined ? { section: 'rubato' } : { scopeUri, section: 'rubato' },
  );
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), answerTimeMs).unref();
  });
  try {
    const answer: unknown = await Promise.race([connection.workspace.getConfiguration(items), late]);
    return Array.isArray(answer) ? answer : [];
  } catch (error) {
    connection.console.warn(`The client did not give its settings: ${String(error)}`);
    return [];
  }
}

/** The section `rubato` of a `didChangeConfiguration` notification. */
export function pushedSection(settings: unknown): unknown {
  return asObject(settings)['rubato'];
}
