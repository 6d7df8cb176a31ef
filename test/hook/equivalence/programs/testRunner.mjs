// args: --test-reporter=dot
import { test, mock } from 'node:test';
import assert from 'node:assert';
test('mocked timers', async () => { mock.timers.enable({ apis: ['setTimeout'] }); let done = false; const wait = (async () => { await new Promise((resolve) => setTimeout(resolve, 1e6)); done = true; })(); mock.timers.tick(1e6); await wait; assert.ok(done); mock.timers.reset(); });
test('fails', { skip: true }, async () => { await null; assert.fail(); });
