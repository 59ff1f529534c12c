import { AlertService } from '../lib/alerts/service.ts';
import { OpenRuns } from '../lib/checks/pipeline/open-runs.ts';
import { ScheduleTick } from '../lib/checks/schedules/tick.ts';
import { RunWatch } from '../lib/optimization/runs/watch.ts';
import { scheduleDoor } from '../lib/platform/events/schedule-door.ts';
import { issuerKeysRenewal } from '../lib/platform/oidc/open.ts';
import { createParts } from '../lib/platform/parts.ts';
import { reportSeen } from '../lib/platform/status/part-reports.ts';
import { OpenTasks } from '../lib/tasks/open-tasks.ts';
import { PlatformCanary } from '../lib/tasks/platform-status/canary.ts';
import { ownName, PartWatch } from '../lib/tasks/platform-status/part-watch.ts';

const parts = createParts('tick');
const canary = new PlatformCanary(parts);
const partWatch = new PartWatch(parts, new AlertService(parts));
const schedules = new ScheduleTick(parts);

export const handler = scheduleDoor(parts, {
  RelayedItems: () => parts.outbox.relayDue(),
  ScheduledRuns: () => schedules.startDue(),
  WokenRuns: () => new RunWatch(parts).wake(),
  WokenPipelines: () => new OpenRuns(parts).wake(parts),
  TasksLookedAfter: () => new OpenTasks(parts).lookAfter(),
  CanariesSent: () => canary.turn(),
  IssuerKeysRenewed: issuerKeysRenewal(parts),
  PartsDown: () => partWatch.look(),
  Seen: reportSeen(parts, ownName),
});
