import { awsResources, awsResourcesQuery } from '../aws-metrics.ts';
import { inProject, ok, type Route } from '../route.ts';

export const awsMetricsRoutes = {
  getAwsResources: {
    method: 'GET',
    path: '/v1/projects/{project}/aws',
    summary: "What CloudWatch has of the project's AWS resources, and what it costs to ask",
    tag: 'Telemetry',
    scope: 'read',
    function: 'aws-api',
    params: inProject,
    query: awsResourcesQuery,
    answers: ok(awsResources),
    problems: ['not-found', 'quota-exceeded'],
  },
} as const satisfies Record<string, Route>;
