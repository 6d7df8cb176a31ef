Error.prepareStackTrace = (error, sites) => sites.slice(0, 2).map((site) => `${site.getFunctionName()}:${site.getLineNumber()}`).join();
async function where() { await null; return new Error('x').stack; }
where().then((text) => { console.log(text); Error.prepareStackTrace = undefined; console.log(new Error('y').stack.split('\n').length > 1); });
