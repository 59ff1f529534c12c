import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { FunctionName } from '../../lib/contracts/functions.ts';
import { operations, route } from '../../lib/contracts/routes.ts';
import { type Gateway, startGateway } from '../../lib/local/gateway/gateway.ts';
import { createRouteTable } from '../../lib/local/gateway/route-table.ts';
import { contextOf } from './invocation.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** The real gateway on a free port, before doors that run in this process. */
export const gatewayTo = (doors: Partial<Record<FunctionName, HttpHandler>>): Promise<Gateway> =>
  startGateway({
    port: 0,
    match: createRouteTable(operations.map(route), 'platform-api'),
    invoke: async (name, event) => {
      const handler = doors[name];
      if (handler === undefined) throw new Error(`${name} has no door here`);
      return { ok: true, payload: await handler(event, contextOf(name)) };
    },
  });
