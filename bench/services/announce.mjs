import { renameSync, writeFileSync } from 'node:fs';

/** Tells the benchmark where the service listens, and which process to measure, also through a starter that is not ours. */
export function announce(server) {
  const file = process.env.BENCH_ADDRESS;
  writeFileSync(`${file}.new`, JSON.stringify({ port: server.address().port, pid: process.pid }));
  renameSync(`${file}.new`, file);
}
