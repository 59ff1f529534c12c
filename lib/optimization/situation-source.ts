import type { Project } from '../contracts/projects.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import type { Situation } from './situation.ts';

/** A part of the situation that somebody else than the telemetry knows: what is configured where. */
export type Known = Partial<Omit<Situation, 'project' | 'thresholds' | 'period' | 'telemetry' | 'bottlenecks'>>;

/** Reads such a part. */
export interface SituationSource {
  /** `live settings`: for the log, where it cannot be read. */
  readonly name: string;
  /**
   * What does not apply to the project is absent. When it throws, its part is absent, and the rest is planned without it.
   * @param telemetry what the situation has, once it is read
   */
  read(project: Project, telemetry: Promise<TelemetryAggregate>): Promise<Known>;
}
