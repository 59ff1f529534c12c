import { cloudWatchAlarmsOf } from '../lib/alerts/cloudwatch/deployment.ts';
import { Evaluator } from '../lib/alerts/evaluator.ts';
import { scheduleDoor } from '../lib/platform/events/schedule-door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { reportSeen } from '../lib/platform/status/part-reports.ts';
import { ProjectService } from '../lib/projects/service.ts';

const parts = createParts('alert-evaluator');
const alarms = cloudWatchAlarmsOf(parts);
const evaluator = new Evaluator(parts, new ProjectService(parts));

export const handler = scheduleDoor(parts, {
  ProjectsEvaluated: () => evaluator.askForAll(),
  ProjectAlarmsKept: () => alarms.keepAll(),
  Seen: reportSeen(parts, 'alert-evaluator'),
});
