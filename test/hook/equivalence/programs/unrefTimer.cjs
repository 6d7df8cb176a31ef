setInterval(async () => { await null; }, 1).unref();
setTimeout(() => console.log('and out', process.getActiveResourcesInfo().filter((name) => !/TTY|Pipe|FS|Write/.test(name)).join()), 5);
