import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childCommand } from '#cli/run/childCommand.ts';

test('a run is named after its program and script, without arguments', () => {
  const titles = {
    'node --watch src/main.ts --token secret': 'node main.ts',
    'src/main.mjs secret': 'node main.mjs',
    'npm run start -- --token secret': 'npm run start',
    'pnpm test secret': 'pnpm test',
    'npm.cmd run build:all': 'npm.cmd run build:all',
    'npm install secret': 'npm',
    'npm run': 'npm',
    'tools/serve secret': 'serve',
  };
  for (const [line, title] of Object.entries(titles)) assert.equal(childCommand(line.split(' ')).title, title, line);
});
