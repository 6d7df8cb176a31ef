for (const event of ['exit', 'beforeExit', 'uncaughtException', 'unhandledRejection', 'rejectionHandled', 'uncaughtExceptionMonitor', 'warning', 'worker', 'SIGTERM', 'SIGINT', 'SIGUSR2'])
  console.log(event, process.listenerCount(event), process.listeners(event).length);
console.log(process.eventNames().map(String).sort().join());
(async () => await 0)();
