import type {
  CancellationToken,
  CodeLens,
  Hover,
  HoverParams,
  InlayHint,
  InlayHintParams,
} from 'vscode-languageserver';
import { evidenceHints } from './evidenceHints.ts';
import { evidenceHover } from './evidenceHover.ts';
import { evidenceLenses } from './evidenceLenses.ts';
import type { EvidenceView } from './evidenceView.ts';
import type { ServedClient } from './servedClient.ts';
import type { EvidenceSettings } from './settings.ts';

/** Answers what an editor asks to show runs beside the code: hovers, lenses, hints at line ends. Nothing is analyzed for it. */
export function answerEvidence(client: ServedClient): void {
  const { connection, options } = client;
  connection.onHover((params, token) => hover(client, params, token));
  connection.onCodeLens(async ({ textDocument: { uri } }, token): Promise<CodeLens[]> => {
    const view = await viewOf(client, { uri, token, isWanted: ({ hasCodeLens }) => hasCodeLens });
    return view === undefined ? [] : evidenceLenses(view, { uri, canShowTrace: options.canShowTrace });
  });
  connection.languages.inlayHint.on((params, token) => hints(client, params, token));
}

async function hover(
  client: ServedClient,
  { textDocument: { uri }, position }: HoverParams,
  token: CancellationToken,
): Promise<Hover | null> {
  const view = await viewOf(client, { uri, token, isWanted: ({ hasHover }) => hasHover });
  const formats = client.capabilities.textDocument?.hover?.contentFormat ?? ['markdown'];
  const kind = formats.includes('markdown') ? 'markdown' : 'plaintext';
  return view === undefined ? null : evidenceHover(view, position, { now: Date.now(), kind });
}

async function hints(
  client: ServedClient,
  { textDocument: { uri }, range }: InlayHintParams,
  token: CancellationToken,
): Promise<InlayHint[]> {
  const view = await viewOf(client, { uri, token, isWanted: ({ hasInlayHints }) => hasInlayHints });
  const document = client.checks.documentOf(uri)?.document;
  if (view === undefined || document === undefined) return [];
  return evidenceHints(view, { document, within: range, now: Date.now() });
}

interface Question {
  readonly uri: string;
  readonly token: CancellationToken;
  readonly isWanted: (settings: EvidenceSettings) => boolean;
}

async function viewOf(client: ServedClient, { uri, token, isWanted }: Question): Promise<EvidenceView | undefined> {
  const open = client.checks.documentOf(uri);
  if (open === undefined || !isWanted(client.evidenceSettings(open.path))) return undefined;
  return client.views.of(uri, open.document.version, token);
}
