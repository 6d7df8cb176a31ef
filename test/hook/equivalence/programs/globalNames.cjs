console.log(Object.keys(globalThis).join());
(async () => { await null; console.log(Object.keys(process).filter((name) => /rubato/i.test(name)).length, typeof rubato); for (const name in globalThis) if (/rubato/.test(name)) console.log(name); })();
