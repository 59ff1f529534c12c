import { randomUUID } from 'node:crypto';
import type { Acknowledged, InvalidationRequest, SetResult, TierSet } from '../shared-tier.ts';
import type { Bucket } from './bucket.ts';

/** What a set needs of the tier. */
export interface SetSteps {
  /** Gives the event its number at home. */
  append(request: InvalidationRequest): Promise<Acknowledged>;
  /** Brings it to the other buckets. */
  tell(event: Acknowledged): Promise<void>;
  heal(): Promise<void>;
}

const ATTEMPTS = 20;

export class ContendedError extends Error {
  override name = 'ContendedError';

  constructor(key: string) {
    super(`Others set ${JSON.stringify(key)} again and again.`);
  }
}

const keysEvent = (key: string): InvalidationRequest => ({ kind: 'keys', values: [key], soft: false });

/**
 * One bucket decides and stores in one script. With several the event must have its number from home before the entry is stored:
 * a token in the lease's place tells whether another set came between.
 */
export async function setEntry(
  bucket: Bucket,
  isOfSeveral: boolean,
  entry: TierSet,
  steps: SetSteps,
): Promise<SetResult> {
  const { key } = entry;
  const token = tokenOf(entry);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const step = await bucket.set(isOfSeveral ? 'ask' : 'whole', entry, 0, token);
    if (step === undefined) {
      await steps.heal();
      continue;
    }
    if (step[0] === 'changed') return { outcome: 'changed', born: Number(step[1]) };
    if (step[0] === 'stored') {
      const born = Number(step[1]);
      if (step[2] === undefined) return { outcome: 'stored', born };
      return { outcome: 'stored', born, event: { sequence: born, ...keysEvent(key) } };
    }
    const event = await steps.append(keysEvent(key));
    await steps.tell(event);
    const last = await bucket.set('store', entry, event.sequence, token);
    if (last?.[0] === 'changed') return { outcome: 'changed', born: Number(last[1]) };
    if (last?.[0] === 'stored' || (last?.[0] === 'lost' && isReplacedBy(last[1], entry))) {
      return { outcome: 'stored', born: event.sequence, event };
    }
  }
  throw new ContendedError(key);
}

const tokenOf = ({ replaces }: TierSet): string => `${replaces === undefined ? 'set' : 'if'}:${randomUUID()}`;

/** Who has no condition himself, and whose place another took who has none, has been replaced as if he had been first. */
const isReplacedBy = (token: string, { replaces }: TierSet): boolean =>
  replaces === undefined && token.startsWith('set:');
