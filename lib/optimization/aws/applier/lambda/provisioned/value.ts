import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Value } from '../../property.ts';

const scheduled = z.strictObject({
  /** `cron(0 7 ? * MON-FRI *)` */
  at: z.string().regex(/^(cron|at|rate)\([^()]{1,100}\)$/),
  timezone: z.string().max(60).default('UTC'),
  units: z.int().min(0).max(10_000),
});
export type Scheduled = z.output<typeof scheduled>;

/** So many environments all the time, or as many as a schedule says. Null: none. */
export const provisioned = z.union([z.int().min(1).max(10_000), z.array(scheduled).min(1).max(10)]).nullable();
export type Provisioned = z.output<typeof provisioned>;

/** What may be found of a schedule: also one that is held still, of which there are not all parts yet, or somebody else's. */
interface Found {
  isHeldStill?: true;
  isForeign?: true;
  actions: Scheduled[];
}

/** Whether each part of a schedule is as it is in one of two others. */
export function isBetweenProvisioned(value: Value, one: Value, other: Value): boolean {
  const found = scheduleIn(value);
  if (found === undefined || found.isForeign) return false;
  const sides = [one, other].map((side) => scheduleIn(side)?.actions ?? []);
  return found.actions.every((action, i) => sides.some((side) => isDeepStrictEqual(side[i], action)));
}

function scheduleIn(value: Value): Found | undefined {
  if (Array.isArray(value)) return { actions: value as Scheduled[] };
  return typeof value === 'object' && value !== null ? (value as unknown as Found) : undefined;
}
