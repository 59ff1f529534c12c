import { z } from 'zod';
import { projectName, timestamp } from '../../contracts/names.ts';
import { profile, profileId } from '../../contracts/profiles.ts';
import { thresholdSettings } from '../../contracts/thresholds.ts';
import type { ItemType } from '../../platform/table/item.ts';

/** Who goes by a profile stands in its own item, so that it cannot be deleted at the moment in which somebody chooses it. */
const customProfile = profile.extend({
  profileId,
  createdAt: timestamp,
  updatedAt: timestamp,
  users: z.array(z.object({ project: projectName, since: timestamp })),
});
export type CustomProfile = z.output<typeof customProfile>;
export const profileItem: ItemType<CustomProfile> = {
  name: 'Profile',
  version: 1,
  schema: customProfile,
};

const overrides = thresholdSettings.omit({ preset: true });
export type ThresholdOverrides = z.output<typeof overrides>;

const storedChoice = z.object({
  profileId,
  chosenAt: timestamp,
  /** The thresholds that the profile set, and what of these the project had before: for when another profile is chosen. */
  thresholds: z.object({ set: overrides, before: overrides }).optional(),
});
export type StoredChoice = z.output<typeof storedChoice>;
export const choiceItem: ItemType<StoredChoice> = { name: 'ProfileChoice', version: 1, schema: storedChoice };
