import type { AlertService } from '../../alerts/service.ts';
import type { StoredPipeline } from '../model.ts';
import { isTested, verdictOf } from './verdict.ts';

/** Tells the alerts what a run came to so far. @param at epoch milliseconds */
export async function tellAlerts(
  alerts: Pick<AlertService, 'takeCheck'>,
  run: StoredPipeline,
  at: number,
): Promise<void> {
  const { pipeline, scheduledBy } = run;
  const subject = scheduledBy?.scheduleId ?? pipeline;
  await alerts.takeCheck({ ...run, ...verdictOf(run), subject, isTested: isTested(run) }, at);
}
