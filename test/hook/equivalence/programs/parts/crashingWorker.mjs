async function crash() { await null; throw new RangeError('in the worker'); }
await crash();
