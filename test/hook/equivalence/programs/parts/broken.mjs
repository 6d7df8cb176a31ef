async function fine() { await null; }
async function broken( { await nothing;
