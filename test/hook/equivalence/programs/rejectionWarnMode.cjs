// args: --unhandled-rejections=none
(async () => { await null; throw new Error('ignored'); })();
setTimeout(() => console.log('still here'), 10);
