import type { IncomingMessage } from 'node:http';

export const routeKey = Symbol('headroom.route');
export const koaContextKey = Symbol('headroom.koa');

/** What frameworks, and we on their behalf, leave on a request; what is theirs may be anybody's. */
export type RoutedRequest = IncomingMessage & {
  /** Of Fastify and Hono. */
  [routeKey]?: string | undefined;
  /** Of Koa, where routers leave what they found. */
  [koaContextKey]?: { readonly _matchedRoute?: unknown };
  /** Express: the route that answers, below where its router is mounted. */
  readonly route?: unknown;
  readonly baseUrl?: unknown;
};
