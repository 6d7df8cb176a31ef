import assert from 'node:assert';
const total = async (list) => { await null; return list.length; };
const size = await total([1, 2]); try { assert.ok(size === 3); } catch (error) { console.log(error.message); }
try { assert(await total([]) > 0 && size); } catch (error) { console.log(error.message); }
try { assert.strictEqual(await total([1]), 2); } catch (error) { console.log(error.message, error.generatedMessage); }
await assert.rejects(async () => { await null; throw new Error('expected'); }, /expected/);
