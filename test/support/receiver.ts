import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listening } from './listening.ts';

export interface Received {
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** How the next request is answered; `stall`: never; `cut`: the connection ends in the middle of the answer. */
export type Plan = 'stall' | 'cut' | { status: number; headers?: Record<string, string> };

/** A receiver of notifications over real HTTP that does what it is told to: one plan for each request, then 200. */
export async function startReceiver() {
  const received: Received[] = [];
  const plans: Plan[] = [];
  const server = http.createServer(async (request, response) => {
    received.push({ path: request.url ?? '', headers: request.headers, body: await buffer(request).then(String) });
    const plan = plans.shift() ?? { status: 200 };
    if (plan === 'stall') return;
    if (plan === 'cut') {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      setImmediate(() => request.socket.destroy());
      return;
    }
    response.writeHead(plan.status, plan.headers).end('ok');
  });
  const { port, close } = await listening(server);
  return { url: `http://127.0.0.1:${port}/services/T000/B000/abcdefgh`, received, plans, close };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
