import { AsyncResource } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import type { Effect } from '../effects.ts';
import { setGateStep } from '../request-gate.ts';

type Limit = Parameters<Effect<'concurrency'>>[0];

const retryAfterSeconds = 1;

/** Lets so many requests in at a time; others wait in the order in which they came, and beyond that they are refused. */
export class RequestQueue {
  #limit: Limit;
  #running = 0;
  /** In order; those whose clients went are taken out. */
  readonly #waiting = new Map<ServerResponse, () => void>();

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Undefined: no limit, and all who wait go in at once. */
  set(limit: Limit): void {
    this.#limit = limit;
    this.#admit();
  }

  /** @param go into the handler, now or when it is its turn */
  enter(response: ServerResponse, go: () => void): void {
    const { maxRequests = Number.POSITIVE_INFINITY, maxWaiting = 0 } = this.#limit ?? {};
    // Emitted once, after the last byte and when the client has gone.
    if (this.#running < maxRequests) this.#run(response, go);
    else if (this.#waiting.size < maxWaiting) {
      // What goes on in another's name must know whose request it is.
      this.#waiting.set(response, AsyncResource.bind(go));
      response.once('close', () => this.#waiting.delete(response));
    } else refuse(response);
  }

  #run(response: ServerResponse, go: () => void): void {
    this.#running++;
    response.once('close', () => {
      this.#running--;
      this.#admit();
    });
    go();
  }

  #admit(): void {
    for (const [response, go] of this.#waiting) {
      if (this.#running >= (this.#limit?.maxRequests ?? Number.POSITIVE_INFINITY)) return;
      this.#waiting.delete(response);
      this.#run(response, go);
    }
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, {
    'retry-after': String(retryAfterSeconds),
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
  });
  response.end('The service is at its limit. Try again in a moment.\n');
}

const queue = new RequestQueue();

export const concurrency: Effect<'concurrency'> = (limit) => {
  queue.set(limit);
  setGateStep('concurrency', limit && ((_, response, next) => queue.enter(response, next)));
};
