import { AlarmMetrics } from '../lib/alerts/cloudwatch/alarm-metrics.ts';
import { alarmReceiver } from '../lib/alerts/cloudwatch/receiver.ts';
import { alarmNotification } from '../lib/contracts/alarm-notification.ts';
import { createCloudWatchClient } from '../lib/platform/cloudwatch-client.ts';
import { topicDoor } from '../lib/platform/events/topic-door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('alarm-receiver');

export const handler = topicDoor(
  alarmNotification,
  parts,
  alarmReceiver(parts, new AlarmMetrics(createCloudWatchClient(), parts.log)),
);
