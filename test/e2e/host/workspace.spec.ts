import { strict as assert } from 'node:assert';
import { ConfigurationTarget, Uri, workspace, type Diagnostic } from 'vscode';
import { leaveEvidence, removeEvidence } from '../evidence.ts';
import { fileUri, findingsOf, openFile, ruleOf, waitForFindings } from './editing.ts';

/** Registers the tests with Mocha, whose functions are there only when it runs. */
export function workspaceTests(): void {
  describe('workspace', () => {
    it('analyzes a JavaScript file without a tsconfig in another folder', async () => {
      const document = await openFile('scripts', 'cleanup.js');
      const findings = await waitForFindings(document.uri, (all) => all.length > 0);
      assert.deepEqual(findings.map(ruleOf), ['floating-promise']);
    });

    it('obeys the settings of a folder', async () => {
      const other = await openFile('shop', 'src/orders.ts');
      await waitForFindings(other.uri, (all) => all.length > 0);
      const document = await openFile('scripts', 'cleanup.js');
      await waitForFindings(document.uri, (all) => all.length > 0);
      const settings = workspace.getConfiguration('rubato', document);
      try {
        await settings.update('rules', { 'floating-promise': 'off' }, ConfigurationTarget.WorkspaceFolder);
        await waitForFindings(document.uri, (all) => all.length === 0);
        assert(findingsOf(other.uri).length > 0, 'the other folder keeps its findings');
      } finally {
        await settings.update('rules', undefined, ConfigurationTarget.WorkspaceFolder);
      }
      await waitForFindings(document.uri, (all) => all.length > 0);
    });

    it('shows the evidence of a folder in that folder, and only while its settings want it', async () => {
      const document = await openFile('shop', 'src/orders.ts');
      await waitForFindings(document.uri, (all) => all.length > 0 && !all.some(isConfirmed));
      leaveEvidence(fileUri('shop', '').fsPath);
      await waitForFindings(document.uri, (all) => all.some(isConfirmed));
      const other = await openFile('scripts', 'cleanup.js');
      await waitForFindings(other.uri, (all) => all.length > 0 && !all.some(isConfirmed));
      const settings = workspace.getConfiguration('rubato', document);
      await settings.update('evidence.enable', false, ConfigurationTarget.WorkspaceFolder);
      await waitForFindings(document.uri, (all) => all.length > 0 && !all.some(isConfirmed));
      await settings.update('evidence.enable', undefined, ConfigurationTarget.WorkspaceFolder);
      await waitForFindings(document.uri, (all) => all.some(isConfirmed));
      removeEvidence(fileUri('shop', '').fsPath);
      await waitForFindings(document.uri, (all) => !all.some(isConfirmed));
    });

    it('follows rubato.jsonc', async () => {
      const document = await openFile('scripts', 'cleanup.js');
      await waitForFindings(document.uri, (all) => all.length > 0);
      const config = fileUri('scripts', 'rubato.jsonc');
      await workspace.fs.writeFile(config, Buffer.from('{ "rules": { "floating-promise": "off" } }'));
      await waitForFindings(document.uri, (all) => all.length === 0);
      await workspace.fs.delete(config);
      await waitForFindings(document.uri, (all) => all.length > 0);
    });

    it('takes a new file of the program in', async () => {
      const uri = Uri.joinPath(fileUri('shop', 'src'), 'fresh.ts');
      await workspace.fs.writeFile(
        uri,
        Buffer.from("import { saveOrder } from './store.js';\n\nsaveOrder({ id: 1, total: 2 });\n"),
      );
      await openFile('shop', 'src/fresh.ts');
      const findings = await waitForFindings(uri, (all) => all.length > 0);
      assert(findings.some((each) => ruleOf(each) === 'floating-promise'));
      await workspace.fs.delete(uri);
    });
  });
}

function isConfirmed({ message }: Diagnostic): boolean {
  return message.includes('confirmed:');
}
