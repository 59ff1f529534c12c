import type { AvailableOptimization, Proposal } from '../../contracts/optimizations.ts';
import type { Parts } from '../../platform/parts.ts';
import type { OptimizationModule } from '../module.ts';
import type { ProfileChoice, ProfileChoices } from '../profile-choice.ts';
import type { Situation } from '../situation.ts';
import { availableOf, byImpact } from './available.ts';
import { proposalsOf } from './proposals-of.ts';
import type { SituationReader } from './situation-reader.ts';

export interface PlannerServices {
  situations: Pick<SituationReader, 'read'>;
  modules: readonly OptimizationModule[];
  /** Absent: the deployment has no profiles. */
  profiles?: ProfileChoices | undefined;
}

/** What was found for a project, and by which profile it was chosen. */
export interface Found {
  project: Situation['project'];
  profile: ProfileChoice | undefined;
  /** The largest expected impact first. */
  proposals: readonly Proposal[];
}

/** Finds what would help a project. */
export class Planner {
  readonly #log: Parts['log'];
  readonly #services: PlannerServices;

  constructor({ log }: Pick<Parts, 'log'>, services: PlannerServices) {
    this.#log = log;
    this.#services = services;
  }

  /** @throws DomainError not-found */
  async available(project: string): Promise<AvailableOptimization[]> {
    return availableOf((await this.find(project, undefined)).proposals);
  }

  /**
   * @param profileId undefined: by the profile of the project, where it has one
   * @throws DomainError not-found when there is no such project or profile
   */
  async find(project: string, profileId: string | undefined): Promise<Found> {
    const profile = await this.#services.profiles?.choice(project, profileId);
    const situation = await this.#services.situations.read(project);
    const proposals = this.#services.modules.flatMap((module) => this.#plannedBy(module, situation));
    const chosen = profile === undefined ? proposals : profile.choose(proposals, situation);
    return { project: situation.project, profile, proposals: [...chosen].sort(byImpact) };
  }

  /** What one module cannot plan must not keep the others from it. */
  #plannedBy(module: OptimizationModule, situation: Situation): Proposal[] {
    try {
      return proposalsOf(module, situation);
    } catch (error) {
      const { project } = situation.project;
      this.#log.error('A module could not plan its optimizations', { project, module: module.name, error });
      return [];
    }
  }
}
