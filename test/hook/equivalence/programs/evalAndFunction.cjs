const AsyncFunction = (async () => {}).constructor;
new AsyncFunction('n', 'return await n + 1')(1).then(console.log);
(async () => { const local = 3; console.log(await eval('(async () => local + await 1)()')); console.log(await (0, eval)('(async () => typeof local)()')); })();
