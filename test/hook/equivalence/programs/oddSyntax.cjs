var async = 1, await = 2; console.log(async + await);
const object = { async: 3, await: 4, async async() { return (await null, this.async); }, async *'a b'() { yield 1; }, async [`c${1}`](x = async () => await 5) { return x(); }, get() { return 'get'; } };
async function f(){'use strict';return this===undefined&&!(await(async()=>{}) ())}
const g=async x=>x,h=async()=>({a:await 1}),k=async(a,b=g(1))=>[a,await b];
const { p = async () => await 6 } = {};
label: { (async () => { label2: for (;;) { await 0; break label2; } })(); break label; }
Promise.all([f(), object.c1(), g(1), h(), k(2), p(), (async function () { return arguments.length; })(1, 2), (async () => { switch (await 1) { case await 1: return 'one'; default: return 'other'; } })(), (async () => { const t = `${await 1}${await `${await 2}`}`; return t + (await 3) ** 2 + -await 4; })(), (async () => { do var i = (i || 0) + await 1; while (i < 3) return i; })(), (async () => { if (await 0) return 1; else return typeof await null; })(), (async (a) => { var a; function a() {} return typeof a; })(1)]).then((all) => console.log(JSON.stringify(all)));
