import { pathKey } from '../../contracts/cache-key.ts';
import { type Scope, scopes } from '../../contracts/keys.ts';
import type { Method } from '../../contracts/route.ts';
import { type Operation, operations, route } from '../../contracts/routes.ts';

/** What it takes to call an operation. */
export interface CalledRoute {
  method: Method;
  path: string;
  scope: Scope | 'public';
  startsWork?: true;
  takesBytes?: true;
  /** The parameter that is a key of a cache, which a path carries in its own way. */
  pathKey?: string;
}

/** Made while the dashboard is built, so that it carries no schemas. */
export const calledRoutes = Object.fromEntries(
  operations.map((operation) => [operation, calledRoute(operation)]),
) as Record<Operation, CalledRoute>;

/** Each may do what those after it may. */
export const scopeOrder: readonly Scope[] = scopes;

function calledRoute(operation: Operation): CalledRoute {
  const { method, path, scope, startsWork, takesBytes, params } = route(operation);
  const keyName = Object.entries(params?.shape ?? {}).find(([, schema]) => schema === pathKey)?.[0];
  return {
    method,
    path,
    scope,
    ...(startsWork && { startsWork }),
    ...(takesBytes && { takesBytes }),
    ...(keyName !== undefined && { pathKey: keyName }),
  };
}
