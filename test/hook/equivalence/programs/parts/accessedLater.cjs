exports.wait = async () => {
  await null;
};
exports.now = () => new Error('now').stack;
