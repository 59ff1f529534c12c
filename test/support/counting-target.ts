import http from 'node:http';
import { type Listening, listening } from './listening.ts';

/** A load-test target that counts the requests it has read whole, by path. */
export type CountingTarget = Listening & {
  counts: Record<string, number>;
  total(): number;
  connections(): number;
};

/**
 * `/status/NNN` answers with that status; `/reset` resets and `/close` closes the connection instead of answering; `/hang` never
 * answers; `/bye` answers and announces that it closes. Everything else is a 200.
 */
export async function startCountingTarget(): Promise<CountingTarget> {
  const counts: Record<string, number> = {};
  let connections = 0;
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://target');
    request.resume().on('end', () => {
      counts[pathname] = (counts[pathname] ?? 0) + 1;
      if (pathname === '/hang') return;
      if (pathname === '/reset') {
        request.socket.resetAndDestroy();
        return;
      }
      if (pathname === '/close') {
        request.socket.end();
        return;
      }
      response.statusCode = Number(/^\/status\/(\d+)$/.exec(pathname)?.[1] ?? 200);
      if (pathname === '/bye') response.setHeader('connection', 'close');
      response.end(`answer to ${request.method} ${pathname}`);
    });
  });
  server.on('connection', () => {
    connections++;
  });
  return {
    ...(await listening(server)),
    counts,
    total: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    connections: () => connections,
  };
}
