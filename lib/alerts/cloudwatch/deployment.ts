import { createCloudWatchClient } from '../../platform/cloudwatch-client.ts';
import type { Parts } from '../../platform/parts.ts';
import { ProjectService } from '../../projects/service.ts';
import { AlarmClient } from './alarm-client.ts';
import { CloudWatchAlarmService } from './service.ts';

/** As a function that may make alarms stands on it. */
export function cloudWatchAlarmsOf(parts: Parts): CloudWatchAlarmService {
  const { table, clock, configuration } = parts;
  const { stage, alarmsTopicArn = '' } = configuration;
  return new CloudWatchAlarmService(
    { table, clock, stage, topicArn: alarmsTopicArn },
    new ProjectService(parts),
    new AlarmClient(createCloudWatchClient()),
  );
}
