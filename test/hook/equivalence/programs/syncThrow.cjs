async function idle() { await null; }
function fail() {
  throw new SyntaxError('sync');
}
idle();
fail();
