import type { SettingsExperiment } from '../contracts/live-settings.ts';

/** Lets the instances of a service alternate between two settings, each by its own clock. */
export interface Experiments {
  /** How long before its first slice an experiment must begin, so that every instance has heard of it by then. */
  leadSeconds(project: string): Promise<number>;
  /**
   * Tells the service of an experiment. Doing it again with the same id comes to the same.
   * @throws DomainError conflict when another one is under way
   */
  begin(project: string, experiment: SettingsExperiment): Promise<void>;
  /** The service is told of it no more. Nothing happens when it is not there. */
  end(project: string, id: string): Promise<void>;
}
