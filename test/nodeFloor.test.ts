import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { readJson } from './architecture/manifest.ts';

/** The Node that runs npm, often older than the one we pin; package.json promises 20.19. */
const hostNode = process.env['npm_node_execpath'] ?? process.execPath;

test('the command starts on the Node of the machine', () => {
  const version = execFileSync(hostNode, ['dist/cli.js', '--version'], { encoding: 'utf8' }).trim();
  const manifest = readJson('package.json');
  assert.ok(typeof manifest === 'object' && manifest !== null && 'version' in manifest);
  assert.equal(version, manifest.version);
});
