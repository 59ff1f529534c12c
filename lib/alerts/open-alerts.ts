import type { Alert } from '../contracts/alerts.ts';
import type { Parts } from '../platform/parts.ts';
import { AlertService } from './service.ts';
import { SilenceService } from './silences/service.ts';
import { AlertView } from './view.ts';

/** A project's alerts that are not resolved, the newest first, for answers that show them beside other things. */
export function openAlerts(parts: Pick<Parts, 'table' | 'clock' | 'ids'>): (project: string) => Promise<Alert[]> {
  const alerts = new AlertService(parts);
  const view = new AlertView(parts.clock, { alerts, silences: new SilenceService(parts) });
  return async (project) => view.shown(await alerts.open(project));
}
