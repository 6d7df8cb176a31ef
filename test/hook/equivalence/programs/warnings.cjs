(async () => { await null; process.emitWarning('careful', { code: 'W1', detail: 'more' }); await 0; new (require('node:events'))().setMaxListeners(1).on('a', () => {}).on('a', () => {}); })();
