import type { AlertService } from '../../alerts/service.ts';
import type { StoredPipeline } from '../model.ts';
import { type PastFigures, pipelineSubject } from '../past-figures.ts';
import { isTested, verdictOf } from './verdict.ts';

/** Tells the alerts what a run came to so far. @param at epoch milliseconds */
export async function tellAlerts(
  { alerts, pastFigures }: { alerts: Pick<AlertService, 'takeCheck'>; pastFigures: PastFigures },
  run: StoredPipeline,
  at: number,
): Promise<void> {
  const of = { ...verdictOf(run), subject: pipelineSubject(run), isTested: isTested(run) };
  await alerts.takeCheck({ ...run, ...of, figure: await pastFigures.of(run) }, at);
}
