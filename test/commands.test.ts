import assert from 'node:assert/strict';
import { test } from 'node:test';
import { field, readJson, textsIn } from './architecture/manifest.ts';

test('every command that a menu, a view or the walkthrough names is contributed', () => {
  assert.deepEqual(strangeCommands(readJson('package.json'), readJson('package.nls.json')), []);
});

test('a command that is not contributed is caught', () => {
  const manifest = {
    contributes: {
      commands: [{ command: 'rubato.a' }],
      views: { panel: [{ id: 'rubato.view' }] },
      menus: { commandPalette: [{ command: 'rubato.b' }], 'view/title': [{ command: 'rubato.a' }] },
    },
  };
  const texts = { a: '[A](command:rubato.a) [View](command:rubato.view.focus) [C](command:rubato.c?1)' };
  assert.deepEqual(strangeCommands(manifest, texts), ['rubato.b', 'rubato.c']);
});

/** Commands of ours that are named and not contributed. VS Code makes `<view>.focus` for each view. */
function strangeCommands(manifest: unknown, texts: unknown): readonly string[] {
  const contributes = field(manifest, 'contributes');
  const known = new Set([
    ...textsIn(field(contributes, 'commands')),
    ...textsIn(field(contributes, 'views')).map((id) => `${id}.focus`),
  ]);
  const inMenus = ['menus', 'keybindings'].flatMap((key) => commandsIn(field(contributes, key)));
  const inTexts = textsIn(texts).flatMap((text) => [...text.matchAll(/\(command:([\w.]+)/g)].map(([, id = '']) => id));
  return [...inMenus, ...inTexts].filter((id) => id.startsWith('rubato.') && !known.has(id));
}

function commandsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const command = field(value, 'command');
  return [...(typeof command === 'string' ? [command] : []), ...Object.values(value).flatMap(commandsIn)];
}
