import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../temporaryFolder.ts';
import { runNode } from '../processes/runNode.ts';

test('breakpoints by line stop on that line', async (t) => {
  const folder = await temporaryFolder(t, {
    'main.cjs': `const { Session } = require('node:inspector');
const session = new Session();
session.connect();
session.post('Debugger.enable');
session.on('Debugger.paused', ({ params }) => console.log('paused', params.callFrames[0].location.lineNumber));
session.post('Debugger.setBreakpointByUrl', { lineNumber: 3, urlRegex: 'target' }, () => {});
require('./target.cjs')();
`,
    'target.cjs': `module.exports = async function () { const a = await 1;
  const b = await 2;
  await 3;
  const c = (await 4) + b;
  return a + c; };
`,
  });
  const run = await runNode(['main.cjs'], { folder });
  assert.deepEqual(run, { stdout: 'paused 3\n', stderr: '', code: 0 });
});
