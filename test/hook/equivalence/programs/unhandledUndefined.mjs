async function nothing() { await 0; throw undefined; }
await nothing();
