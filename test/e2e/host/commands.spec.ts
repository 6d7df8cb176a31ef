import { strict as assert } from 'node:assert';
import { commands, window } from 'vscode';
import { openFile, waitForFindings, waitUntil } from './editing.ts';

/** Registers the tests with Mocha, whose functions are there only when it runs. */
export function commandTests(): void {
  describe('commands', () => {
    it('restarts the server, which finds everything again', async () => {
      const document = await openFile('shop', 'src/orders.ts');
      await waitForFindings(document.uri, (all) => all.length > 0);
      const restarted = commands.executeCommand('rubato.restartServer');
      await waitForFindings(document.uri, (all) => all.length === 0);
      await restarted;
      await waitForFindings(document.uri, (all) => all.length > 0);
    });

    it('explains a rule in a preview', async () => {
      await commands.executeCommand('rubato.explainRule', 'floating-promise');
      await waitUntil(
        (check) => window.tabGroups.onDidChangeTabs(check),
        () => window.tabGroups.activeTabGroup.activeTab?.label.includes('floating-promise') === true,
        () => `the active tab is ${window.tabGroups.activeTabGroup.activeTab?.label ?? 'none'}`,
      );
    });

    it('shows the output', async () => {
      assert.equal(await commands.executeCommand('rubato.showOutput'), undefined);
    });
  });
}
