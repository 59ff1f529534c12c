import type { Proposal } from '../contracts/optimizations.ts';
import type { TargetMetrics } from '../contracts/profiles.ts';
import type { Project } from '../contracts/projects.ts';
import type { Situation } from './situation.ts';

/** What a profile says of a plan. */
export interface ProfileChoice {
  profileId: string;
  /** In the place of the project's: how much gain a change must show to be kept. */
  level?: Project['level'] | undefined;
  /** The goal by which a run is judged. */
  targetMetrics?: TargetMetrics | undefined;
  /** Of what the modules propose, what the profile wants, and as it wants it: the same ids, perhaps other values. Pure. */
  choose(proposals: readonly Proposal[], situation: Situation): readonly Proposal[];
}

/** Knows the profiles. */
export interface ProfileChoices {
  /**
   * @param profileId undefined: the one that the project has
   * @returns undefined when the project has none
   * @throws DomainError not-found when there is no such profile
   */
  choice(project: string, profileId: string | undefined): Promise<ProfileChoice | undefined>;
}
