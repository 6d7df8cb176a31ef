async function traced() { const a = await 1, b = await 2; console.trace('here', a + b); }
traced();
