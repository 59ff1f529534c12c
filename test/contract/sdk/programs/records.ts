// A user's service whose slow and failed requests are looked at, watched by `--import headroom/register`.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { flush, identify } from 'headroom/register';
import { answerTheTest } from './answer-the-test.ts';

if (process.env.IDENTIFY === 'true') identify(({ headers }) => headers['x-account']?.toString());

const server = createServer((request, response) => {
  if (request.url === '/busy') {
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 120_000);
    response.end('done');
  } else if (request.url === '/cut') {
    response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy());
  } else if (request.url === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
  } else {
    setTimeout(() => response.writeHead(request.url === '/fail' ? 500 : 200).end('done'), 150);
  }
});
server.listen(0, '127.0.0.1', () => answerTheTest(flush, (server.address() as AddressInfo).port));
