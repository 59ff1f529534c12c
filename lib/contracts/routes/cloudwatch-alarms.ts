import { cloudWatchAlarmSettings, cloudWatchAlarms } from '../cloudwatch-alarms.ts';
import { inProject, ok, type Route } from '../route.ts';

const path = '/v1/projects/{project}/cloudwatch-alarms';

export const cloudWatchAlarmRoutes = {
  getCloudWatchAlarms: {
    method: 'GET',
    path,
    summary: 'Show the CloudWatch alarms that were made of the thresholds of a project, as they are in CloudWatch now',
    tag: 'Alerts',
    scope: 'read',
    function: 'alerts-api',
    params: inProject,
    answers: ok(cloudWatchAlarms),
    problems: ['not-found'],
  },
  putCloudWatchAlarms: {
    method: 'PUT',
    path,
    summary:
      'Make CloudWatch alarms of the thresholds of a project, and keep them so while thresholds and resources change',
    tag: 'Alerts',
    scope: 'admin',
    function: 'alerts-api',
    params: inProject,
    body: cloudWatchAlarmSettings,
    answers: ok(cloudWatchAlarms),
    problems: ['not-found', 'conflict'],
  },
  deleteCloudWatchAlarms: {
    method: 'DELETE',
    path,
    summary: 'Remove the CloudWatch alarms that were made for a project',
    tag: 'Alerts',
    scope: 'admin',
    function: 'alerts-api',
    params: inProject,
    answers: { 204: { description: 'Removed' } },
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
