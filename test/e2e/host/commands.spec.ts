import { strict as assert } from 'node:assert';
import { commands, extensions, window } from 'vscode';
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

    it('registers each command that the manifest contributes, and no other that a person could meet', async () => {
      const { contributed, views } = await manifest();
      const registered = (await commands.getCommands(true)).filter((id) => id.startsWith('rubato.'));
      const own = registered.filter((id) => !views.some((view) => id.startsWith(`${view}.`)));
      assert.deepEqual(own.toSorted(), contributed.toSorted());
    });

    it('opens the walkthrough, and only when asked', async () => {
      const isOpen = (): boolean =>
        window.tabGroups.all.some(({ tabs }) =>
          tabs.some(({ label }) => label === 'Welcome' || label.startsWith('Walkthrough')),
        );
      assert(!isOpen(), 'nothing opened it before');
      await commands.executeCommand('rubato.openWalkthrough');
      await waitUntil(
        (check) => window.tabGroups.onDidChangeTabs(check),
        isOpen,
        () =>
          `there are the tabs ${window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)).join(', ')}`,
      );
    });

    it('shows the output', async () => {
      assert.equal(await commands.executeCommand('rubato.showOutput'), undefined);
    });
  });
}

/** Ids of the commands and views that package.json contributes. */
async function manifest(): Promise<{ readonly contributed: readonly string[]; readonly views: readonly string[] }> {
  const extension = extensions.getExtension('rubato.rubato');
  assert(extension !== undefined);
  await extension.activate();
  const { commands: contributed, views = {} } = contributes(extension.packageJSON);
  return {
    contributed: contributed.map(({ command }) => command),
    views: Object.values(views).flatMap((list) => list.map(({ id }) => id)),
  };
}

interface Contributes {
  readonly commands: readonly { readonly command: string }[];
  readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
}

function contributes(packageJson: unknown): Contributes {
  assert(isManifest(packageJson));
  return packageJson.contributes;
}

function isManifest(value: unknown): value is { readonly contributes: Contributes } {
  return typeof value === 'object' && value !== null && 'contributes' in value;
}
