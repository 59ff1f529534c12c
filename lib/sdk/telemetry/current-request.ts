import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
  /** Until watched pools had a connection for it. Undefined: none was asked. */
  poolWaitMs: number | undefined;
  ended = false;
  /** What was given for it when it began to count among those that are being answered. */
  begun = 0;
  /** While it is being answered. */
  response: ServerResponse | undefined;
  #request: IncomingMessage | undefined;
  #route: string | undefined;
  #queryCounts: Map<QueryKind, number> | undefined;

  /** @param request undefined: it came by another way than a server of this process; `route` is overridden then */
  constructor(request: IncomingMessage | undefined, method = request?.method ?? 'GET') {
    this.#request = request;
    this.method = method.slice(0, 20);
  }

  /**
   * What the framework says now: a query in what runs before the handler belongs to the route of that. Until a route is found, the
   * path has to do.
   */
  get route(): string {
    if (this.#route !== undefined) return this.#route;
    if (this.#request === undefined) return '/';
    return frameworkRoute(this.#request) ?? clusteredRoute(this.#request);
  }

  /** It has been answered: what the framework says now is the route for good. */
  settleRoute(): void {
    this.#route ??= this.route;
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
    this.settleRoute();
    this.ended = true;
    this.#request = undefined;
    this.response = undefined;
    this.#queryCounts = undefined;
  }
}

interface Context {
  readonly storage: AsyncLocalStorage<ActiveRequest | undefined>;
  needed: boolean;
  only: ActiveRequest | undefined;
}
const key = Symbol.for('headroom.request');
const global: typeof globalThis & { [key]?: Context } = globalThis;
global[key] ??= { storage: new AsyncLocalStorage(), needed: false, only: undefined };

/** Of the process: one copy of this package may watch its requests, and another one time its queries. */
const context: Context = global[key];

/** Requests carry a context from now on. A service without a database never pays for one. */
export function needRequestContext(): void {
  context.needed = true;
}

export function enterRequest(active: ActiveRequest): void {
  if (context.needed) context.storage.enterWith(active);
}

/** Lambda gives an environment one event at a time: while there is one, whatever happens belongs to it, context or not. */
export function setOnlyRequest(active: ActiveRequest | undefined): void {
  context.only = active;
}

/** Undefined outside of requests, and in what goes on after the answer was sent. */
export function currentRequest(): ActiveRequest | undefined {
  const active = (context.needed ? context.storage.getStore() : undefined) ?? context.only;
  return active?.ended ? undefined : active;
}

/**
 * Does a request's work on its behalf, where a driver would do it on that of another: of the request that gave back the
 * connection, or that first opened it. Other contexts of the host's stay what they are.
 */
export function runInRequest<Result>(active: ActiveRequest | undefined, work: () => Result): Result {
  return context.needed ? context.storage.run(active, work) : work();
}
