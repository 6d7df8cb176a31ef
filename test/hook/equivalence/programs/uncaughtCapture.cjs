process.setUncaughtExceptionCaptureCallback((error) => console.log('captured', error.stack));
(async () => { await null; throw new Error('captured one'); })();
