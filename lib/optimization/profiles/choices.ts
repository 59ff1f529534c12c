import type { Proposal } from '../../contracts/optimizations.ts';
import type { ShownProfile } from '../../contracts/profiles.ts';
import { proposalsOf } from '../planning/proposals-of.ts';
import type { ProfileChoice, ProfileChoices } from '../profile-choice.ts';
import { placeOf } from '../sides.ts';
import type { Situation } from '../situation.ts';
import { isGoverned } from './governed.ts';
import { permitted } from './permitted.ts';
import { ownModules } from './proposals/own.ts';
import type { ProfileService } from './service.ts';

/**
 * What a profile makes of what was found: of the modules' proposals, what its rules leave, and its own beside them. Where both change
 * the same, the profile's counts. Pure.
 */
export function chosenBy(profile: ShownProfile, proposals: readonly Proposal[], situation: Situation): Proposal[] {
  const own = ownModules(profile).flatMap((module) => proposalsOf(module, situation));
  const taken = new Set(own.flatMap(({ changes }) => changes.map(placeOf)));
  const found = proposals
    .flatMap((proposal) => permitted(profile.rules, proposal) ?? [])
    .filter(({ changes }) => !changes.some((change) => isGoverned(profile, change) || taken.has(placeOf(change))));
  return [...own, ...found];
}

/** The profiles as runs need them. */
export const profileChoices = (profiles: Pick<ProfileService, 'get' | 'chosenFor'>): ProfileChoices => ({
  async choice(project, profileId): Promise<ProfileChoice | undefined> {
    const profile = profileId === undefined ? await profiles.chosenFor(project) : await profiles.get(profileId);
    if (profile === undefined) return undefined;
    return {
      profileId: profile.profileId,
      level: profile.level,
      targetMetrics: profile.targetMetrics,
      choose: (proposals, situation) => chosenBy(profile, proposals, situation),
    };
  },
});
