import { telemetryLimits } from '../../../contracts/telemetry-limits.ts';
import { expressRoute } from './express.ts';
import { koaRoute } from './koa.ts';
import { type RoutedRequest, routeKey } from './routed-request.ts';

/**
 * The pattern as the framework has it: `/products/:id`. At most 300 characters.
 *
 * @returns undefined where no framework knows the request, or none of its routes answers it
 */
export function frameworkRoute(request: RoutedRequest): string | undefined {
  const pattern = request[routeKey] ?? expressRoute(request) ?? koaRoute(request);
  return pattern?.slice(0, telemetryLimits.route);
}
