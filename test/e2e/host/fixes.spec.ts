import { strict as assert } from 'node:assert';
import { CodeActionKind, ConfigurationTarget, workspace, type TextDocument } from 'vscode';
import {
  askForActions,
  fileUri,
  openFile,
  replaceText,
  revert,
  ruleOf,
  waitForAction,
  waitForFindings,
} from './editing.ts';

/** Registers the tests with Mocha, whose functions are there only when it runs. */
export function fixTests(): void {
  describe('fixes', () => {
    let document: TextDocument;
    beforeEach(async () => {
      document = await openFile('shop', 'src/orders.ts');
    });
    afterEach(() => revert(document));

    it('awaits the promise by a quick fix, and the finding goes', async () => {
      const finding = await floating();
      const action = await waitForAction(document.uri, finding.range, CodeActionKind.QuickFix, /^Add await/);
      assert(action.edit !== undefined && (await workspace.applyEdit(action.edit)));
      assert.match(document.getText(), /\n {2}await saveOrder\(order\);/);
      await waitForFindings(document.uri, (all) => !all.some((each) => ruleOf(each) === 'floating-promise'));
    });

    it('suppresses a finding by a comment', async () => {
      const finding = await floating();
      const action = await waitForAction(
        document.uri,
        finding.range,
        CodeActionKind.QuickFix,
        /Suppress floating-promise/,
      );
      assert(action.edit !== undefined && (await workspace.applyEdit(action.edit)));
      assert.match(
        document.getText(),
        /\n {2}\/\/ rubato-ignore-next-line floating-promise.*\n {2}saveOrder\(order\);/,
      );
      await waitForFindings(document.uri, (all) => !all.some((each) => ruleOf(each) === 'floating-promise'));
    });

    it('applies safe fixes on save, and leaves the others to the user', async () => {
      const setting = 'codeActionsOnSave';
      const settings = workspace.getConfiguration('editor', document);
      await settings.update(setting, { 'source.fixAll.rubato': 'explicit' }, ConfigurationTarget.WorkspaceFolder);
      const comment = '// rubato-ignore-next-line floating-promise -- no longer needed\n';
      await replaceText(document, 'export async', `${comment}export async`);
      await waitForFindings(document.uri, (all) => all.some((each) => ruleOf(each) === 'unused-suppression'));
      await document.save();
      assert(!document.getText().includes(comment), 'the unused suppression is removed');
      assert.match(document.getText(), /\n {2}saveOrder\(order\);/);
      await settings.update(setting, undefined, ConfigurationTarget.WorkspaceFolder);
    });

    it('does not offer to disable a rule in a configuration with unsaved changes', async () => {
      const file = fileUri('shop', 'rubato.jsonc');
      await workspace.fs.writeFile(file, Buffer.from('{ "rules": {} }\n'));
      const title = /Disable rule floating-promise in rubato.jsonc/;
      const { range } = await floating();
      await waitForAction(document.uri, range, CodeActionKind.QuickFix, title);
      const configuration = await openFile('shop', 'rubato.jsonc');
      await replaceText(configuration, '{', '// Ours.\n{');
      // The others are there, so the server was asked.
      await waitForAction(document.uri, range, CodeActionKind.QuickFix, /Suppress floating-promise/);
      const offered = await askForActions(document.uri, range, CodeActionKind.QuickFix);
      assert(!offered.some((action) => title.test(action.title)), 'it is not offered');
      await revert(configuration);
      await waitForAction(document.uri, range, CodeActionKind.QuickFix, title);
      await workspace.fs.delete(file);
    });

    async function floating() {
      const findings = await waitForFindings(document.uri, (all) =>
        all.some((each) => ruleOf(each) === 'floating-promise'),
      );
      const finding = findings.find((each) => ruleOf(each) === 'floating-promise');
      assert(finding !== undefined);
      return finding;
    }
  });
}
