import type { AlertType } from '../contracts/alerts.ts';
import type { KeptAlert } from './lifecycle/subject.ts';
import type { AlertService } from './service.ts';
import { silentTarget } from './sources/target.ts';

/** What is seen by looking at what a service reports. Alarms, checks and parts are told of, watched or not. */
const observed: ReadonlySet<AlertType> = new Set<AlertType>([
  'slow-requests',
  'slow-queries',
  'error-rate',
  'high-cpu',
  'high-memory',
  'low-cache-hit-rate',
  'budget-burn',
  'anomaly',
  'regression',
]);

/** Of a project that is not watched, nobody would see that what is amiss is over. */
export function endUnwatched(alerts: Pick<AlertService, 'endAll'>, project: string): Promise<void> {
  const silent = silentTarget(project);
  const isObserved = ({ type, subject }: KeptAlert): boolean =>
    observed.has(type) || (type === silent.type && subject === silent.subject);
  return alerts.endAll(project, 'The project is not watched any more.', isObserved);
}
