import type { AddressInfo } from 'node:net';
import { workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import { announceReady } from './thread-entry.ts';

const { path, port } = workerData as { path: string; port: number };

const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

// dynalite throws what a request's stream reports, so a client that hangs up would take the whole thread with it.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ECONNRESET') throw error;
});

server.once('error', (error) => {
  throw error;
});
server.listen(port, '127.0.0.1', () => {
  announceReady((server.address() as AddressInfo).port, async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  });
});
