await null;
setTimeout(() => {
  const settings = undefined;
  console.log(settings.port);
}, 1);
