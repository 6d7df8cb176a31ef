import { renameSync, writeFileSync } from 'node:fs';

/**
 * Tells the benchmark where the service listens, which process to measure, also through a starter that is not ours, and what to ask.
 * @param request of autocannon's options: path, method, headers, body
 */
export function announce(server, request = { path: '/orders/7' }) {
  const file = process.env.BENCH_ADDRESS;
  writeFileSync(`${file}.new`, JSON.stringify({ port: server.address().port, pid: process.pid, request }));
  renameSync(`${file}.new`, file);
}
