import { AlertService } from '../lib/alerts/service.ts';
import { alarmNotification } from '../lib/contracts/alerts.ts';
import { topicDoor } from '../lib/platform/events/topic-door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('alarm-receiver');
const alerts = new AlertService(parts);

export const handler = topicDoor(alarmNotification, parts, (notification) => alerts.takeAlarm(notification));
