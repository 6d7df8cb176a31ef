exports.load = async (name) => {
  await null;
  return name;
};
