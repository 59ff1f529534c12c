import type { AlertType } from '../contracts/alerts.ts';
import type { AlertService } from './service.ts';

/** What is seen by looking at what a service reports. Alarms, checks and parts are told of, watched or not. */
const observed: ReadonlySet<AlertType> = new Set<AlertType>([
  'slow-requests',
  'slow-queries',
  'error-rate',
  'high-cpu',
  'high-memory',
  'low-cache-hit-rate',
  'target-down',
  'budget-burn',
  'anomaly',
  'regression',
]);

/** Of a project that is not watched, nobody would see that what is amiss is over. */
export const endUnwatched = (alerts: Pick<AlertService, 'endAll'>, project: string): Promise<void> =>
  alerts.endAll(project, 'The project is not watched any more.', (type) => observed.has(type));
