async function open() { await null; throw new Error('disk'); }
async function load() { try { await open(); } catch (cause) { throw Object.assign(new Error('load', { cause }), { code: 'E_LOAD', extra: [1, 2] }); } }
await load();
