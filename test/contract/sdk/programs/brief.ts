// A script that has a server for a moment, and ends by itself.
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_, response) => response.end('hello'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const [answer] = await once(get({ port: (server.address() as AddressInfo).port, agent: false }), 'response');
answer.resume();
await once(answer, 'end');
server.close();
process.stdout.write('over\n');
