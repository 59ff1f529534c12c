import type { Resolution } from '../../contracts/telemetry-history.ts';
import type { Period } from '../../telemetry/period.ts';
import { levels, startOf } from '../../telemetry/rollups/levels.ts';

const dayMs = 86_400_000;

/** The last `days` to now, from where the first minute, hour or day begins. In epoch milliseconds. */
export const lastDays = (now: number, days: number, resolution: Resolution): Period => ({
  from: startOf(resolution, now - days * dayMs + (resolution === 'day' ? dayMs : 0)),
  to: now,
});

export const stepMsOf = (resolution: Resolution): number => levels[resolution].ms;
