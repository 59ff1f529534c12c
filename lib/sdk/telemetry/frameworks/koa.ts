import type { ModuleLoads } from '../module-loads.ts';
import { wrapMethod } from '../wrap-method.ts';
import { koaContextKey, type RoutedRequest } from './routed-request.ts';

const watched = new WeakSet<object>();

/** Has Koa leave its context on each request: `@koa/router` (and `koa-router`) note there which route they found. */
export function watchKoa(loads: ModuleLoads): void {
  loads.on(['koa', '/koa/lib/application.js'], (exports) => {
    const prototype: unknown = Reflect.get(exports, 'prototype');
    if (typeof prototype !== 'object' || prototype === null || watched.has(prototype)) return;
    watched.add(prototype);
    wrapMethod(
      prototype,
      'createContext',
      (createContext) =>
        function (this: object, ...args) {
          const context = Reflect.apply(createContext, this, args);
          const request = args[0] as RoutedRequest | undefined;
          if (request !== undefined) request[koaContextKey] = context as object;
          return context;
        },
    );
  });
}

/** The pattern of the route that answers, with the prefixes of its routers. */
export function koaRoute(request: RoutedRequest): string | undefined {
  const route = request[koaContextKey]?._matchedRoute;
  return typeof route === 'string' && route.startsWith('/') ? route : undefined;
}
