// V8 names a function without a name after what stands before it: calls of ours must not be part of that.
async function retry(run, options) {
  void options;
  return await run(options);
}

async function each(run) {
  return run();
}

const fail = async (place) => {
  console.log(new Error(place).stack.split('\n').slice(0, 4).join('\n'));
};

await retry(
  async () => {
    await fail('argument');
  },
  { retries: 3 },
);

async function returned() {
  return await each(async () => {
    await fail('returned');
  });
}
await returned();

async function plainReturn() {
  return each(async () => {
    await null;
    await fail('after a pause');
  });
}
await plainReturn();

async function* yielding() {
  yield await each(async () => fail('yielded'));
}
for await (const value of yielding()) console.log(value);

async function loop() {
  for await (const value of [each(async () => fail('for await'))]) console.log(value);
}
await loop();

function sync() {
  return retry(() => {
    console.log(new Error('sync').stack.split('\n').slice(0, 4).join('\n'));
  }, {});
}
await sync();
await Promise.all([each(async () => fail('all'))]);

const { prepareStackTrace } = Error;
await each(async () => {
  Error.prepareStackTrace = (error, sites) => sites.map((site) => `${site.getFunctionName()} ${site.getMethodName()}`);
  console.log(new Error('sites').stack.slice(0, 2));
  Error.prepareStackTrace = prepareStackTrace;
});
