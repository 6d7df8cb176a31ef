const cluster = require('node:cluster');
if (cluster.isPrimary) {
  for (let n = 0; n < 2; n += 1) cluster.fork();
  const seen = [];
  cluster.on('message', (worker, text) => { seen.push(text); worker.disconnect(); });
  cluster.on('exit', (worker, code) => { seen.push(code); if (seen.length === 4) console.log(seen.map(String).sort().join()); });
} else {
  (async () => { await null; process.send('ready'); })();
}
