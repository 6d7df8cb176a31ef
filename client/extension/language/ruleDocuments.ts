import { commands, Uri, workspace, type Disposable } from 'vscode';
import { explainRequest, type ExplainParams, type Explanation } from '#protocol/lsp.ts';
import type { LanguageClient } from 'vscode-languageclient/node';

/** Scheme of read-only documents that hold a rule's page. */
const scheme = 'rubato-rule';

/** Provides the page of each rule as a document, asked from the server. */
export function ruleDocuments(client: LanguageClient): Disposable {
  return workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent(uri) {
      const ruleId = uri.path.replace(/^\/|\.md$/g, '');
      const params: ExplainParams = { ruleId };
      const page = await client.sendRequest<Explanation | null>(explainRequest, params);
      return page?.markdown ?? `There is no rule \`${ruleId}\`.`;
    },
  });
}

/** Shows a rule's page as rendered Markdown. */
export async function showRule(ruleId: string): Promise<void> {
  await commands.executeCommand('markdown.showPreview', Uri.from({ scheme, path: `/${ruleId}.md` }));
}
