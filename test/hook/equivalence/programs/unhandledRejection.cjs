async function save(id) {
  await null;
  throw new TypeError(`cannot save ${id}`);
}
save(5);
setTimeout(() => console.log('never'), 50);
