import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { packageManagerOf, scriptWords } from '#extension/launch/packageManager.ts';

test('the nearest folder that says something names the package manager', () => {
  assert.equal(packageManagerOf([{ files: [] }, { files: ['pnpm-lock.yaml'] }]), 'pnpm');
  assert.equal(packageManagerOf([{ files: ['yarn.lock'] }, { files: ['pnpm-lock.yaml'] }]), 'yarn');
  assert.equal(packageManagerOf([{ files: ['bun.lock'] }]), 'bun');
  assert.equal(packageManagerOf([{ files: ['package-lock.json'] }]), 'npm');
});

test('the field of package.json counts before the lockfile beside it, and what nobody knows does not count', () => {
  assert.equal(packageManagerOf([{ packageManager: 'yarn@4.5.0', files: ['package-lock.json'] }]), 'yarn');
  assert.equal(packageManagerOf([{ packageManager: 'other@1.0.0', files: ['bun.lockb'] }]), 'bun');
});

test('without a sign it is npm', () => {
  assert.equal(packageManagerOf([{ files: ['package.json'] }, { files: [] }]), 'npm');
});

test('a script is run by its manager, its name stays one word', () => {
  assert.deepEqual(scriptWords('pnpm', 'build: all'), ['pnpm', 'run', 'build: all']);
});
