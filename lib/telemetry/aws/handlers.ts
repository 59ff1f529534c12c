import type { Handlers } from '../../platform/http/door.ts';
import type { AwsMetrics } from './service.ts';

export const awsHandlers = (metrics: AwsMetrics): Handlers<'aws-api'> => ({
  getAwsResources: async ({ params, query }) => ({
    status: 200,
    body: await metrics.resources(params.project, query.minutes),
  }),
});
