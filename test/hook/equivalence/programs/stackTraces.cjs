async function inner() { await null; return new Error('shown').stack; }
const outer = async () => { const [text] = await Promise.all([inner()]); return text; };
class Box { async open() { return await outer(); } static async make() { return (await new Box().open()) + '\n' + new Error('second').stack; } }
Box.make().then(console.log);
(async () => { try { await (async function named() { await null; null.property; })(); } catch (error) { console.log(error.stack); } })();
