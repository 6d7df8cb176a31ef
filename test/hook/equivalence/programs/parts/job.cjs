module.exports = async function job(n) { await null; return n * 2; };
