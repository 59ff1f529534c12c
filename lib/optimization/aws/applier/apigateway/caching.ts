import { z } from 'zod';
import { everyMethod } from '../../configuration/api.ts';
import { findApi } from '../../resources/api.ts';
import type { AwsProperty } from '../property.ts';
import { ofAllMethods, replace, requireRest, restStage } from './rest-stage.ts';

const caches = z.strictObject({ ttlSeconds: z.int().min(0).max(3_600) });

/** Whether the GET methods of a stage answer from its cache, where they do not say so themselves. Null: they do not. */
export const caching: AwsProperty = {
  service: 'apigateway',
  path: 'stage/{stage}/caching',
  value: caches.nullable(),
  async open(clients, resource, [name = '']) {
    const api = await findApi(clients, resource);
    requireRest(api, resource, 'caching');
    const stage = restStage(clients.apiGateway, api, name);
    return {
      isManaged: api.isManaged,
      arn: api.arn,
      async read() {
        const all = (await stage.get()).methodSettings?.[everyMethod];
        return { value: all?.cachingEnabled ? { ttlSeconds: all.cacheTtlInSeconds ?? 300 } : null };
      },
      change: (value) =>
        stage.patch(
          value === null
            ? [replace(ofAllMethods('caching/enabled'), false)]
            : [
                replace(ofAllMethods('caching/enabled'), true),
                replace(ofAllMethods('caching/ttlInSeconds'), (value as z.output<typeof caches>).ttlSeconds),
              ],
        ),
    };
  },
};
