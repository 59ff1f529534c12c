// A service that answers in the main thread and in a worker thread.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, Worker } from 'node:worker_threads';
import { flush } from 'headroom/register';

const server = createServer((_, response) => response.end('hello'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const path = isMainThread ? 'in-main' : 'in-worker';
const isServed = !isMainThread || process.env.SERVES !== 'worker';
if (isServed) await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`)).text();
if (isMainThread) await once(new Worker(new URL(import.meta.url)), 'exit');
await flush();
server.close();
