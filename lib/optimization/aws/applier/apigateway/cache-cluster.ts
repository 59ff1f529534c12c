import { z } from 'zod';
import { findApi } from '../../resources/api.ts';
import { type AwsProperty, minutesMs } from '../property.ts';
import { replace, requireRest, restStage } from './rest-stage.ts';

/** What API Gateway has, in GB. */
const sizes = ['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'] as const;

/** Of a stage: the size of the cache that its methods may use. Null: none. Making one takes some minutes. */
export const cacheCluster: AwsProperty = {
  service: 'apigateway',
  path: 'stage/{stage}/cacheCluster',
  value: z.enum(sizes).nullable(),
  patienceMs: minutesMs,
  async open(clients, resource, [name = '']) {
    const api = await findApi(clients, resource);
    requireRest(api, resource, 'cache');
    const stage = restStage(clients.apiGateway, api, name);
    return {
      isManaged: api.isManaged,
      arn: api.arn,
      async read() {
        const { cacheClusterEnabled, cacheClusterSize } = await stage.get();
        return { value: cacheClusterEnabled ? (cacheClusterSize ?? null) : null };
      },
      change: (value) =>
        stage.patch(
          value === null
            ? [replace('/cacheClusterEnabled', false)]
            : [replace('/cacheClusterEnabled', true), replace('/cacheClusterSize', String(value))],
        ),
      async progress() {
        const { cacheClusterStatus } = await stage.get();
        return /IN_PROGRESS|PENDING/.test(cacheClusterStatus ?? '') ? 'under-way' : 'in-force';
      },
    };
  },
};
