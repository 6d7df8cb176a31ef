import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueFacts, newIssueUrl } from '#extension/support/issueText.ts';

const facts = {
  extension: '0.1.0',
  editor: 'Visual Studio Code 1.100.0',
  system: 'linux x64 6.1',
  remote: undefined,
  isTrusted: true,
  server: undefined,
};

test('a report says versions and states', () => {
  const server = { state: 'ready', engine: 'native, TypeScript 7.0.2', openFiles: 2, findings: 3 } as const;
  assert.equal(
    issueFacts({ ...facts, remote: 'wsl', isTrusted: false, server }),
    [
      '- Rubato 0.1.0',
      '- Visual Studio Code 1.100.0, remote: wsl, Restricted Mode',
      '- linux x64 6.1',
      '- Server: ready',
      '- Engine: native, TypeScript 7.0.2',
      '',
    ].join('\n'),
  );
});

test('a report names no file, even when the server did', () => {
  const message = 'The analysis of /home/somebody/secret.ts ended too often';
  const text = issueFacts({ ...facts, server: { state: 'stopped', openFiles: 1, findings: 0, message } });
  assert.match(text, /Server: stopped/);
  assert.doesNotMatch(text, /secret/);
});

test('the address of a new issue carries the text', () => {
  const url = new URL(newIssueUrl('https://example.org/issues/', 'a & b\n# c'));
  assert.equal(url.pathname, '/issues/new');
  assert.equal(url.searchParams.get('body'), 'a & b\n# c');
});
