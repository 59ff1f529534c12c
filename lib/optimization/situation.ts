import type { Bottleneck } from '../contracts/analysis.ts';
import type { AwsFigures } from '../contracts/aws-metrics.ts';
import type { CachePolicy } from '../contracts/cache-policy.ts';
import type { LiveSettings } from '../contracts/live-settings.ts';
import type { Project } from '../contracts/projects.ts';
import type { Thresholds } from '../contracts/thresholds.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import type { Period } from '../telemetry/period.ts';
import type { AwsConfiguration } from './aws/configuration/model.ts';
import type { SweptFunction } from './aws/memory-sweep/choice.ts';
import type { CacheFigures } from './cache/cache-figures.ts';
import type { QueryAdvice } from './databases/query-advice.ts';

/** All that optimizations are planned from, read once. What could not be read is absent, and whoever needs it plans nothing. */
export interface Situation {
  project: Project;
  thresholds: Thresholds;
  period: Period;
  telemetry: TelemetryAggregate;
  /** Of an analysis of the same telemetry. */
  bottlenecks: readonly Bottleneck[];
  /** In force now, without those of a running experiment. */
  settings: LiveSettings;
  /** By namespace: the project's own, and `project.*`. */
  cachePolicies?: ReadonlyMap<string, CachePolicy>;
  /** What those who serve them counted, by namespace. */
  cacheFigures?: ReadonlyMap<string, CacheFigures>;
  /** On the slow queries of the telemetry, those that take most time first. */
  queryAdvice?: readonly QueryAdvice[];
  /** When a module's change was last put in force, in epoch milliseconds: what has a cooldown waits for its end. */
  lastChangedAt?: ReadonlyMap<string, number>;
  /** The same of each place (`placeOf`): what was measured before says nothing of what is there now. */
  placesChangedAt?: ReadonlyMap<string, number>;
  /** Of the AWS resources that the project names. Absent: it names none. */
  aws?: AwsConfiguration;
  /** What CloudWatch has of them. */
  awsFigures?: AwsFigures;
  /** Of functions, as the project names them: what the newest sweep of each found. */
  memorySweeps?: ReadonlyMap<string, SweptFunction>;
  /** Requests per second by the hour, in epoch milliseconds, of the last days. */
  hourlyTraffic?: ReadonlyMap<number, number>;
}
