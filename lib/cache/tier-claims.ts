import type { CacheTierRequest } from '../contracts/cache-tier.ts';
import { DomainError } from '../platform/errors.ts';
import type { SharedTier } from './library/shared-tier.ts';
import type { SeenSequence } from './open-namespace.ts';

export interface TierCaller {
  mayWrite: boolean;
  nowMs: number;
}

/** A sequence that was lost begins anew at so many a millisecond since 1970: none is ever above this. */
const sequencesPerMs = 1_024;
const clocksApartMs = 60_000;
const retryAfterSeconds = 2;

/** Up to where the caller says that he knows the log. */
const knownTo = (asked: CacheTierRequest): number =>
  asked.op === 'read' || asked.op === 'changes' ? (asked.after ?? 0) : 0;

/** When what the caller speaks of has happened. */
function happenedAt(asked: CacheTierRequest): number {
  if (asked.op === 'write') return Math.max(...asked.entries.map(({ entry }) => entry.born));
  return asked.op === 'reap' ? asked.invalidation.sequence : 0;
}

/**
 * A tier believes its callers: it raises its sequence above what any of them has seen, and clears all when it is behind. So those from outside
 * are believed only what can be: nobody who may only read clears anything, and nothing is born in a future that no invalidation reaches.
 */
export async function requireKnown(
  shared: SharedTier,
  seen: SeenSequence,
  asked: CacheTierRequest,
  { mayWrite, nowMs }: TierCaller,
): Promise<void> {
  const known = knownTo(asked);
  const happened = happenedAt(asked);
  if (Math.max(known, happened) <= seen.sequence) return;
  // Another process may have told the caller.
  seen.sequence = Math.max(seen.sequence, (await shared.read([])).sequence);
  if (happened > seen.sequence) {
    const message = `is ${happened}, and the namespace is at ${seen.sequence}: a load is born at the sequence that its read answered`;
    throw new DomainError('invalid-request', `The sequence ${message}.`, { fieldErrors: [{ path: 'body', message }] });
  }
  if (known <= seen.sequence) return;
  if (known > (nowMs + clocksApartMs) * sequencesPerMs) {
    const message = `is ${known}, which no sequence can have reached`;
    throw new DomainError('invalid-request', `\`after\` ${message}.`, {
      fieldErrors: [{ path: 'body.after', message }],
    });
  }
  if (mayWrite) return;
  throw new DomainError(
    'unavailable',
    `You know of the sequence ${known}, and the tier of ${seen.sequence}: it has lost its log, and begins anew as soon as somebody asks who may write.`,
    { retryAfterSeconds },
  );
}
