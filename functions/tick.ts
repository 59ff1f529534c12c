import { AlertService } from '../lib/alerts/service.ts';
import { OpenRuns } from '../lib/checks/pipeline/open-runs.ts';
import { ScheduleTick } from '../lib/checks/schedules/tick.ts';
import { RunWatch } from '../lib/optimization/runs/watch.ts';
import { scheduleDoor } from '../lib/platform/events/schedule-door.ts';
import { openOidc } from '../lib/platform/oidc/open.ts';
import { createParts } from '../lib/platform/parts.ts';
import { reportSeen } from '../lib/platform/status/part-reports.ts';
import { OpenTasks } from '../lib/tasks/open-tasks.ts';
import { PlatformCanary } from '../lib/tasks/platform-status/canary.ts';
import { ownName, PartWatch } from '../lib/tasks/platform-status/part-watch.ts';

const parts = createParts('tick');
const watch = new RunWatch(parts);
const pipelines = new OpenRuns(parts);
const canary = new PlatformCanary(parts);
const partWatch = new PartWatch(parts, new AlertService(parts));
const tasks = new OpenTasks(parts);
const oidc = openOidc(parts);
const schedules = new ScheduleTick(parts);

export const handler = scheduleDoor(parts, {
  RelayedItems: () => parts.outbox.relayDue(),
  ScheduledRuns: () => schedules.startDue(),
  WokenRuns: () => watch.wake(),
  WokenPipelines: () => pipelines.wake(parts),
  TasksLookedAfter: () => tasks.lookAfter(),
  CanariesSent: () => canary.turn(),
  IssuerKeysRenewed: async () => (await oidc?.keys.renew()) ?? 0,
  PartsDown: () => partWatch.look(),
  Seen: reportSeen(parts, ownName),
});
