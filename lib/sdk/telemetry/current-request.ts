import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import type { QueryKind } from './databases/query-kinds.ts';
import { frameworkRoute } from './frameworks/route.ts';
import type { SentRequest } from './identify.ts';
import { clusteredRoute, pathOf } from './route-of.ts';

/** A request that is being answered. */
export class ActiveRequest {
  readonly method: string;
  readonly startedAtMs = performance.now();
  queries = 0;
  queryTimeMs = 0;
  ended = false;
  /** What was given for it when it began to count among those that are being answered. */
  begun = 0;
  #request: IncomingMessage | undefined;
  #route: string | undefined;
  #queryCounts: Map<QueryKind, number> | undefined;

  /** @param request undefined: it came by another way than a server of this process; `route` is overridden then */
  constructor(request: IncomingMessage | undefined, method = request?.method ?? 'GET') {
    this.#request = request;
    this.method = method.slice(0, 20);
  }

  /**
   * Asked for as late as can be: at the first query, or at the end. What the framework says stays; until it has found the route,
   * in what runs before it, the path has to do.
   */
  get route(): string {
    if (this.#route !== undefined) return this.#route;
    if (this.#request === undefined) return '/';
    this.#route = frameworkRoute(this.#request);
    return this.#route ?? clusteredRoute(this.#request);
  }

  /** `GET /products/:id`. */
  get endpoint(): string {
    return `${this.method} ${this.route}`;
  }

  /** While it is being answered. */
  get request(): IncomingMessage | undefined {
    return this.#request;
  }

  /** What it was, for those who ask who sent it; while it is being answered. */
  get sent(): SentRequest | undefined {
    return this.#request;
  }

  /** What was asked for, without its query string; the route where that is not known any more. */
  get path(): string {
    return this.#request === undefined ? this.route : pathOf(this.#request);
  }

  /** @returns how many queries of the kind the request has sent by now */
  countQuery(kind: QueryKind, durationMs: number): number {
    this.queries++;
    this.queryTimeMs += durationMs;
    this.#queryCounts ??= new Map();
    const count = (this.#queryCounts.get(kind) ?? 0) + 1;
    this.#queryCounts.set(kind, count);
    return count;
  }

  /** Lets go of the request: a timer or a socket that was opened on its behalf may hold this object for hours. */
  end(): void {
    this.#route ??= this.route;
    this.ended = true;
    this.#request = undefined;
    this.#queryCounts = undefined;
  }
}

const storage = new AsyncLocalStorage<ActiveRequest | undefined>();
let needed = false;
let only: ActiveRequest | undefined;

/** Requests carry a context from now on. A service without a database never pays for one. */
export function needRequestContext(): void {
  needed = true;
}

export function enterRequest(active: ActiveRequest): void {
  if (needed) storage.enterWith(active);
}

/** Lambda gives an environment one event at a time: while there is one, whatever happens belongs to it, context or not. */
export function setOnlyRequest(active: ActiveRequest | undefined): void {
  only = active;
}

/** Undefined outside of requests, and in what goes on after the answer was sent. */
export function currentRequest(): ActiveRequest | undefined {
  const active = (needed ? storage.getStore() : undefined) ?? only;
  return active?.ended ? undefined : active;
}

/**
 * Does a request's work on its behalf, where a driver would do it on that of another: of the request that gave back the
 * connection, or that first opened it. Other contexts of the host's stay what they are.
 */
export function runInRequest<Result>(active: ActiveRequest | undefined, work: () => Result): Result {
  return needed ? storage.run(active, work) : work();
}
