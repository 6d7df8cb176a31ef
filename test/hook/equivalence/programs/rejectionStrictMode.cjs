// args: --unhandled-rejections=strict
process.on('uncaughtException', (error, origin) => { console.log(origin, error.message); console.log(error.stack.replace(/\(?\/.*\//g, '(')); });
async function f() { await null; throw new Error('strict'); }
f();
