import type { SettingsExperiment } from '../../contracts/live-settings.ts';

export interface SideNow {
  /** Undefined: neither, but the settings. */
  readonly side: 'a' | 'b' | undefined;
  /** Epoch milliseconds: until then it stays so. Undefined: for good. */
  readonly untilMs: number | undefined;
}

type Schedule = Pick<SettingsExperiment, 'startsAt' | 'sliceSeconds' | 'order'>;

/** Which side of an experiment is in force at a time: neither before its first slice, and neither after its last. */
export function sideAt({ startsAt, sliceSeconds, order }: Schedule, nowMs: number): SideNow {
  const startMs = Date.parse(startsAt);
  const sliceMs = sliceSeconds * 1_000;
  if (nowMs < startMs) return { side: undefined, untilMs: startMs };
  const slice = Math.floor((nowMs - startMs) / sliceMs);
  const side = order[slice];
  if (side !== 'a' && side !== 'b') return { side: undefined, untilMs: undefined };
  // Two of one side on end are two slices, but nothing changes between them.
  let next = slice + 1;
  while (order[next] === side) next++;
  return { side, untilMs: startMs + next * sliceMs };
}
