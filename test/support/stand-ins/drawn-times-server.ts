import http from 'node:http';
import { Random } from '../../../lib/statistics/random.ts';

/** Of one request, as the server saw it: epoch milliseconds. */
export interface ServedRequest {
  receivedAt: number;
  answeredAt: number;
}

/**
 * A server, in a process of its own, that answers after times drawn from a distribution (400 ms, and 100 ms more in the mean
 * with a long tail) and stands still once. It keeps a log of its own, in the order in which requests came. To its parent it
 * says `{ port }` when it listens, and `{ log }` when it is asked for it.
 */
const drawnMs = (): number => 400 - 100 * Math.log(1 - random.fraction());
const stall = { afterMs: 1500, lastsMs: 1000 } as const;

const random = new Random(42);
const log: ServedRequest[] = [];
let stallFrom: number | undefined;

const now = (): number => performance.timeOrigin + performance.now();

const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const receivedAt = now();
  const served: ServedRequest = { receivedAt, answeredAt: Number.NaN };
  log.push(served);
  stallFrom ??= receivedAt + stall.afterMs;
  const drawnAt = receivedAt + drawnMs();
  const stallEnd = stallFrom + stall.lastsMs;
  const dueAt = drawnAt >= stallFrom && drawnAt < stallEnd ? stallEnd : drawnAt;
  request.resume();
  setTimeout(() => {
    response.end('done');
    served.answeredAt = now();
  }, dueAt - receivedAt);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port });
});
process.on('message', () => process.send?.({ log }));
process.on('disconnect', () => process.exit(0));
