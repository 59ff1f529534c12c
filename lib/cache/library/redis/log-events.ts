import type { Invalidation, LogDelta } from '../invalidations.ts';
import type { InvalidationRequest } from '../shared-tier.ts';

/** What the log keeps behind the sequence. */
export const eventJson = ({ kind, values, soft }: InvalidationRequest): string =>
  JSON.stringify({ kind, values, soft });

export function parseEvent(member: string | Buffer): Invalidation {
  const text = String(member);
  const space = text.indexOf(' ');
  return { sequence: Number(text.slice(0, space)), ...(JSON.parse(text.slice(space + 1)) as InvalidationRequest) };
}

/** The log that several readers share, for one who knows it up to `asked`. */
export function deltaFor(asked: number, upTo: number, floor: number, events: readonly Invalidation[]): LogDelta {
  const after = Math.max(asked, floor);
  const isAll = events[0] === undefined || events[0].sequence > after;
  return { after, upTo, events: isAll ? events : events.filter(({ sequence }) => sequence > after) };
}
