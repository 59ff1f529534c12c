import type { AlertSeverity, AlertType } from '../../contracts/alerts.ts';
import type { OperationAnswer } from '../../contracts/routes.ts';
import type { Api } from '../api/api.ts';

interface Asked {
  /** Undefined: all, and those of Headroom itself. */
  project?: string | undefined;
  resolved: 'true' | 'false';
  severity?: AlertSeverity;
  type?: AlertType;
  limit: number;
  cursor?: string | undefined;
}

/** The newest first. */
export const listAlerts = (
  api: Api,
  { project, ...query }: Asked,
  signal: AbortSignal,
): Promise<OperationAnswer<'listAlerts'>> =>
  project === undefined
    ? api.call('listAlerts', { query, signal })
    : api.call('listProjectAlerts', { params: { project }, query, signal });
