import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';

/** What is led from turn to turn by messages. */
export interface Claimable {
  turn: number;
  /** Until then, whoever took up the present turn is at it, and nobody else is to be. */
  claimedUntilMs?: number | undefined;
  /** How often the present turn was claimed. */
  attempts?: number | undefined;
}

/** Longer than an invocation may last: whoever claimed a turn so long ago is not at it any more. */
export const claimMs = 310_000;

const raceSeconds = 1;

export type Claim<Value> =
  | { is: 'ours'; stored: Stored<Value> }
  /** Somebody is at it, or was faster: it is to be looked at again after so long. */
  | { is: 'theirs'; waitSeconds: number }
  /** It was taken up so often that it is to be given up. */
  | { is: 'exhausted' };

/** Takes up a turn, for a step that two workers must not be at. */
export async function claim<Value extends Claimable>(
  { table, clock }: Pick<Parts, 'table' | 'clock'>,
  current: Stored<Value>,
  mostAttempts: number,
): Promise<Claim<Value>> {
  const { claimedUntilMs = 0, attempts = 0 } = current.value;
  const now = clock();
  if (now < claimedUntilMs) return { is: 'theirs', waitSeconds: Math.ceil((claimedUntilMs - now) / 1_000) };
  // Who meets a live claim sends a new message, so the queue's own count need never come to its end.
  if (attempts >= mostAttempts) return { is: 'exhausted' };
  const stored = await table.replace(current, {
    ...current.value,
    claimedUntilMs: now + claimMs,
    attempts: attempts + 1,
  });
  return stored === undefined ? { is: 'theirs', waitSeconds: raceSeconds } : { is: 'ours', stored };
}

/**
 * After a step that failed: whoever takes it up again, when its message comes back, need not wait until the claim has lapsed.
 * @param find what is there now
 */
export async function giveBack<Value extends Claimable>(
  { table, log }: Pick<Parts, 'table' | 'log'>,
  { turn, claimedUntilMs }: Value,
  find: () => Promise<Stored<Value> | undefined>,
): Promise<void> {
  if (claimedUntilMs === undefined) return;
  try {
    const now = await find();
    if (now?.value.turn !== turn || now.value.claimedUntilMs !== claimedUntilMs) return;
    await table.replace(now, { ...now.value, claimedUntilMs: undefined });
  } catch (error) {
    // Then it lapses by itself. What the caller throws on is what the step came to.
    log.error('The claim of a step that failed could not be given back', { error });
  }
}
