import type { ModuleLoads } from '../module-loads.ts';
import { type Method, wrapMethod } from '../wrap-method.ts';
import { type RoutedRequest, routeKey } from './routed-request.ts';

const routers = ['smart', 'reg-exp', 'trie', 'linear', 'pattern'];
const files = routers.flatMap((name) =>
  ['dist', 'dist/cjs'].map((folder) => `/hono/${folder}/router/${name}-router/router.js`),
);

/** As far as it is needed of Hono's context; on `@hono/node-server`, its environment has Node's request. */
interface HonoContext {
  readonly env?: { readonly incoming?: RoutedRequest };
}

const watched = new WeakSet<object>();
/** The smart router hands on to others what was added to it. */
const naming = new WeakSet<object>();

/** Has Hono's routers give each handler the pattern to note on the request: the last one that runs is the one that answers. */
export function watchHono(loads: ModuleLoads): void {
  loads.on(files, (exports) => {
    for (const router of Object.values(exports)) {
      const prototype: unknown = typeof router === 'function' ? router.prototype : undefined;
      if (typeof prototype !== 'object' || prototype === null || watched.has(prototype)) continue;
      watched.add(prototype);
      wrapMethod(
        prototype,
        'add',
        (add) =>
          function (this: object, method, path, target, ...more) {
            return Reflect.apply(add, this, [method, path, namingTarget(method, path, target), ...more]);
          },
      );
    }
  });
}

/** A target is a handler and what else Hono knows of its route. */
function namingTarget(method: unknown, path: unknown, target: unknown): unknown {
  if (!Array.isArray(target) || naming.has(target) || typeof path !== 'string') return target;
  const [handler, ...more] = target;
  // Middleware that is there for more than one route says nothing about which one it is.
  if (typeof handler !== 'function' || (method === 'ALL' && path.endsWith('*'))) return target;
  const named = [namingHandler(handler as Method, path), ...more];
  naming.add(named);
  return named;
}

const namingHandler = (handler: Method, path: string): Method =>
  function (context, ...args) {
    const request = (context as HonoContext).env?.incoming;
    if (request !== undefined) request[routeKey] = path;
    return handler.call(this, context, ...args);
  };
