import http from 'node:http';
import { type Listening, listening } from './listening.ts';

export interface SemaphoreTarget extends Listening {
  /** Requests that were answered. */
  answered(): number;
}

/** Works on so many requests at once, each for so long; the others wait for their turn. Its capacity is slots over service time. */
export async function startSemaphoreTarget({
  slots,
  serviceMs,
}: {
  slots: number;
  serviceMs: () => number;
}): Promise<SemaphoreTarget> {
  const waiting: http.ServerResponse[] = [];
  let busy = 0;
  let answered = 0;
  const serve = (response: http.ServerResponse): void => {
    busy++;
    setTimeout(() => {
      response.end('done');
      answered++;
      busy--;
      const next = waiting.shift();
      if (next !== undefined) serve(next);
    }, serviceMs());
  };
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    request.resume();
    if (busy < slots) serve(response);
    else waiting.push(response);
  });
  return { ...(await listening(server)), answered: () => answered };
}
