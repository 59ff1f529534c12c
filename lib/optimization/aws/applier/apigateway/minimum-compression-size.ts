import { UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import { z } from 'zod';
import { findApi } from '../../resources/api.ts';
import type { AwsProperty } from '../property.ts';
import { requireRest } from './rest-stage.ts';

/**
 * Answers are compressed from so many bytes on. Null: never. API Gateway puts it in force with the API's next deployment; Headroom
 * makes none, since that would publish whatever else was edited since the last one.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-enable-compression.html
 */
export const minimumCompressionSize: AwsProperty = {
  service: 'apigateway',
  path: 'minimumCompressionSize',
  value: z.int().min(0).max(10_485_760).nullable(),
  async open(clients, resource) {
    const api = await findApi(clients, resource);
    requireRest(api, resource, 'compression');
    return {
      isManaged: api.isManaged,
      arn: api.arn,
      read: async () => ({ value: (await findApi(clients, resource)).minimumCompressionBytes ?? null }),
      async change(value) {
        const operation = { op: 'replace' as const, path: '/minimumCompressionSize' };
        await clients.apiGateway.send(
          new UpdateRestApiCommand({
            restApiId: api.id,
            patchOperations: [value === null ? operation : { ...operation, value: String(value) }],
          }),
        );
      },
    };
  },
};
