import type { Alert } from '../../contracts/alerts.ts';
import type { ProjectSummary } from '../../contracts/analysis.ts';
import type { CacheStats } from '../../contracts/cache-stats.ts';
import type { CheckSummary } from '../../contracts/checks.ts';
import type { LoadTestSummary } from '../../contracts/load.ts';
import type { PlatformStatus } from '../../contracts/status.ts';
import type { TasksStatus } from '../../contracts/tasks.ts';
import type { History } from '../../contracts/telemetry-history.ts';

/** What was told last, and what went wrong since. */
export interface Told<Value> {
  readonly value?: Value;
  /** When it was told. */
  readonly atMs?: number;
  /** In one sentence. Absent: the last time nothing went wrong. */
  readonly error?: string;
}

/** Of the deployment. */
export interface PlatformValues {
  platform: PlatformStatus;
  projects: ProjectSummary[];
  alerts: Alert[];
  tasks: TasksStatus;
}

/** Of the project that is looked at. */
export interface ProjectValues {
  throughput: History;
  p95: History;
  cache: CacheStats;
  checks: CheckSummary[];
  loadTests: LoadTestSummary[];
}

export type Values = PlatformValues & ProjectValues;
export type SourceName = keyof Values;

export const platformSources = ['platform', 'projects', 'alerts', 'tasks'] as const satisfies (keyof PlatformValues)[];
export const projectSources = [
  'throughput',
  'p95',
  'cache',
  'checks',
  'loadTests',
] as const satisfies (keyof ProjectValues)[];

/** All that the view is drawn from. */
export interface MonitorState {
  readonly apiUrl: string;
  /** The project that is looked at. Absent: none is known yet. */
  readonly chosen?: string;
  readonly told: { readonly [Name in SourceName]: Told<Values[Name]> };
  readonly showsHelp: boolean;
  readonly intervalMs: number;
}

export const emptyTold = (): MonitorState['told'] => ({
  platform: {},
  projects: {},
  alerts: {},
  tasks: {},
  throughput: {},
  p95: {},
  cache: {},
  checks: {},
  loadTests: {},
});
