export let value = 0;
value = await Promise.resolve(42);
export async function later() { await null; return value + 1; }
export default 'exports';
