// The warehouse, another service that the shop asks: a thread of its own, which nobody watches. `workerData`: how long it takes.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const { answerMs } = workerData as { answerMs: number };

const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  await pause(answerMs);
  const id = Number(request.url?.slice(1));
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ pieces: (id * 7919) % 50 }));
});

server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
