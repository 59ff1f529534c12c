import type { LiveSettings, SettingsExperiment } from '../contracts/live-settings.ts';

/** Lets the instances of a service alternate between two settings, each by its own clock. */
export interface Experiments {
  /** The settings that are in force, without those of an experiment: each side of an experiment is told whole. */
  current(project: string): Promise<LiveSettings>;
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
