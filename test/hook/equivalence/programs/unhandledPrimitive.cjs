(async () => { await null; throw 'a string'; })();
