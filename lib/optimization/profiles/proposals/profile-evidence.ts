import type { Evidence } from '../../../contracts/analysis.ts';
import type { Profile } from '../../../contracts/profiles.ts';
import { isoTime } from '../../../platform/clock.ts';
import type { Situation } from '../../situation.ts';

/** That a profile says so, with the figures that are there and those that it wants. */
export const profileEvidence = (
  { name }: Profile,
  rule: string,
  { period }: Situation,
  values: Record<string, number>,
): Evidence => ({
  metric: `profile.${rule}`,
  subject: name,
  from: isoTime(period.from),
  to: isoTime(period.to),
  values,
});
