import { TextDocuments, type TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** The documents the client has open, in the version last received. `onIgnored` hears of changes that were dropped, with the reason. */
export function openDocuments(onIgnored: (message: string) => void): TextDocuments<TextDocument> {
  return new TextDocuments({
    create: (uri, languageId, version, content) => TextDocument.create(uri, languageId, version, content),
    update: (document, changes, version) => updateInOrder(document, changes, version, onIgnored),
  });
}

/** A change that comes late belongs to a text that is gone: applying it would only spoil the text that is there. */
function updateInOrder(
  document: TextDocument,
  changes: TextDocumentContentChangeEvent[],
  version: number,
  onIgnored: (message: string) => void,
): TextDocument {
  if (version > document.version) return TextDocument.update(document, changes, version);
  onIgnored(`Ignored version ${version} of ${document.uri}, which is at ${document.version}`);
  return document;
}
