const fail = async (name) => { await null; throw new Error(name); };
await Promise.any([fail('a'), fail('b')]);
