async function f() { await 1; throw new Error('on one line') }
f();
