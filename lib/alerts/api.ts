import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { alertHandlers } from './handlers.ts';
import { AlertService } from './service.ts';
import { SilenceService } from './silences/service.ts';
import { AlertView } from './view.ts';

/** All that the function `alerts-api` serves. */
export function alertsApi(parts: Pick<Parts, 'table' | 'clock' | 'ids'>): Handlers<'alerts-api'> {
  const alerts = new AlertService(parts);
  const silences = new SilenceService(parts);
  return alertHandlers({ alerts, silences, view: new AlertView(parts.clock, { alerts, silences }) });
}
