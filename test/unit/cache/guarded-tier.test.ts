import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Ticker } from '../../../lib/cache/library/deadlines.ts';
import { GuardedMirror } from '../../../lib/cache/library/guarded-mirror.ts';
import type { GuardOptions, TierNotice } from '../../../lib/cache/library/guarded-store.ts';
import { GuardedOwner, GuardedTier } from '../../../lib/cache/library/guarded-tier.ts';
import { CacheInputError } from '../../../lib/cache/library/input-error.ts';
import { LivePatternsError, TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { asItIs, type Meddle, meddledWith } from '../../support/faulty-tier.ts';
import { ReferenceMirror } from '../../support/reference-mirror.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { bornAt, decreed } from '../../support/tier-entries.ts';

const never: Meddle = () => new Promise(() => {});
const refuse: Meddle = async () => {
  throw new Error('connection refused.');
};

/** A guarded reference whose time passes when it is told to. */
function guarded(options: Partial<GuardOptions> = {}) {
  const hands = { meddle: asItIs };
  const notices: TierNotice[] = [];
  const ticks = new Set<{ everyMs: number; nextMs: number; tick: () => void }>();
  let nowMs = 0;
  const ticker: Ticker = (everyMs, tick) => {
    const each = { everyMs, nextMs: nowMs + everyMs, tick };
    ticks.add(each);
    return () => ticks.delete(each);
  };
  const tier = new GuardedTier(
    meddledWith(new ReferenceTier(), (operation, run) => hands.meddle(operation, run)),
    { tier: 'redis', now: () => nowMs, ticker, notify: (notice) => notices.push(notice), ...options },
  );
  /** @param isFrozen no timer runs until it is over, and each but once then */
  const pass = async (ms: number, isFrozen = false): Promise<void> => {
    const endMs = nowMs + ms;
    if (isFrozen) nowMs = endMs;
    while (nowMs < endMs) {
      nowMs = Math.max(nowMs, Math.min(endMs, ...[...ticks].map(({ nextMs }) => nextMs)));
      for (const each of ticks) {
        if (each.nextMs > nowMs) continue;
        each.nextMs = nowMs + each.everyMs;
        each.tick();
      }
      await new Promise(setImmediate);
    }
  };
  const outcome = (asked: Promise<unknown>) =>
    asked.then(
      () => 'answered',
      (error: unknown) => (error instanceof TierUnavailableError ? `${error.tier} unavailable` : String(error)),
    );
  return { tier, hands, notices, pass, outcome };
}

describe('A guarded tier', () => {
  it('tells nobody with an error what was to be stored', async () => {
    const { tier, hands, notices } = guarded();
    const command = { name: 'evalsha', args: ['key', Buffer.from('secret')] };
    const reply = Object.assign(new Error('OOM'), { command });
    for (const error of [reply, Object.assign(new Error('all failed'), { command, lastNodeError: reply })]) {
      hands.meddle = () => Promise.reject(error);
      const thrown = await tier.set([{ key: 'a', entry: decreed('b') }]).catch((each: unknown) => each);
      expect(thrown).toBeInstanceOf(TierUnavailableError);
      expect(inspect([thrown, notices], { depth: 10 })).not.toMatch(/evalsha|Buffer/);
    }
  });

  it('answers as what it guards', async () => {
    const { tier } = guarded();
    const lease = await tier.lease('a', 1_000);
    expect(await tier.write([{ key: 'a', entry: bornAt(0), lease }])).toEqual(['stored']);
    expect(await tier.set([{ key: 'a', entry: decreed('b') }])).toMatchObject([{ outcome: 'stored', born: 1 }]);
    expect((await tier.read(['a'], { after: 0 })).changes?.upTo).toBe(1);
    expect(await tier.changes(0)).toMatchObject({ upTo: 1 });
    expect(await tier.usage()).toMatchObject({ redis: { entries: 1 } });
    expect(tier.health()).toEqual({ redis: { errors: 0, breaker: 'closed' } });
    const mirror = new GuardedMirror(new ReferenceMirror(), { tier: 'redis' });
    expect(await mirror.replicate({ after: 3, upTo: 3, events: [] }, true)).toBe(3);
    const owner = new GuardedOwner(
      meddledWith(new ReferenceTier(), (operation, run) =>
        operation === 'expectHomesAbove' ? refuse(operation, run) : run(),
      ),
      { tier: 'dynamodb' },
    );
    expect(await owner.set([{ key: 'a', entry: decreed() }])).toEqual([{ outcome: 'stored', born: 0 }]);
    await expect(owner.expectHomesAbove(1)).rejects.toMatchObject({ tier: 'dynamodb' });
    expect(await new GuardedOwner(new ReferenceTier(), { tier: 'dynamodb' }).expectHomesAbove(1)).toBe(0);
  });

  it.each([
    'read',
    'write',
    'lease',
    'invalidate',
    'changes',
    'set',
    'touch',
  ] as const)('gives up a %s that is not answered in time', async (operation) => {
    const { tier, hands, pass, outcome } = guarded({ timeoutMs: 50, connectTimeoutMs: 0 });
    hands.meddle = never;
    const asks = {
      read: () => tier.read(['a']),
      write: () => tier.write([{ key: 'a', entry: bornAt(0) }]),
      lease: () => tier.lease('a', 1),
      invalidate: () => tier.invalidate({ kind: 'clear', values: [], soft: false }),
      changes: () => tier.changes(0),
      set: () => tier.set([{ key: 'a', entry: decreed() }]),
      touch: () => tier.touch('a', bornAt(0), bornAt(0)),
    };
    const asked = outcome(asks[operation]());
    await pass(60);
    expect(await asked).toBe('redis unavailable');
  });

  it('has more patience with steps of work and with what is large', async () => {
    const { tier, hands, pass, outcome } = guarded({ timeoutMs: 50, connectTimeoutMs: 0 });
    hands.meddle = never;
    let ended = 0;
    const entry = { ...bornAt(0), payload: new Uint8Array(1_048_576) };
    const asked = [
      outcome(tier.sweep({ budget: 1 })).then(() => ended++),
      outcome(tier.usage()).then(() => ended++),
      outcome(tier.write([{ key: 'a', entry }])).then(() => ended++),
    ];
    await pass(400);
    expect(ended).toBe(0);
    await pass(200);
    await Promise.all(asked);
    expect(ended).toBe(3);
  });

  it('waits longer for the first answer, while it may be connecting', async () => {
    const { tier, hands, pass, outcome } = guarded();
    hands.meddle = never;
    let isOver = false;
    const first = outcome(tier.read([])).then(() => {
      isOver = true;
    });
    await pass(900);
    expect(isOver).toBe(false);
    await pass(300);
    await first;
    const second = outcome(tier.read([]));
    await pass(120);
    expect(await second).toBe('redis unavailable');
  });

  it('is connected once it has answered', async () => {
    const { tier, hands, pass, outcome } = guarded();
    expect(await outcome(tier.read([]))).toBe('answered');
    hands.meddle = never;
    let isOver = false;
    const asked = outcome(tier.read([])).then(() => {
      isOver = true;
    });
    await pass(120);
    expect(isOver).toBe(true);
    await asked;
  });

  it('asks no longer after some failures in a row, tells so, and tries again later', async () => {
    const { tier, hands, notices, pass, outcome } = guarded({ failures: 3, openMs: 1_000 });
    hands.meddle = refuse;
    for (let at = 0; at < 3; at++) expect(await outcome(tier.read([]))).toBe('redis unavailable');
    expect(notices.map(({ event }) => event)).toEqual(['tier-error', 'tier-error', 'tier-error', 'tier-down']);
    expect(notices[0]).toMatchObject({ operation: 'read', error: new Error('connection refused.') });
    expect(tier.health()).toEqual({ redis: { errors: 3, breaker: 'open' } });
    hands.meddle = asItIs;
    expect(await outcome(tier.read([]))).toBe('redis unavailable');
    await pass(1_000);
    expect(tier.health()).toMatchObject({ redis: { breaker: 'half-open' } });
    expect(await outcome(tier.read([]))).toBe('answered');
    expect(notices.at(-1)).toEqual({ event: 'tier-up', tier: 'redis' });
    expect(tier.health()).toEqual({ redis: { errors: 3, breaker: 'closed' } });
  });

  it('says once that it is down, however often it is tried', async () => {
    const { tier, hands, notices, pass, outcome } = guarded({ failures: 1, openMs: 100 });
    hands.meddle = refuse;
    for (let at = 0; at < 3; at++) {
      await outcome(tier.read([]));
      await pass(100);
    }
    expect(notices.filter(({ event }) => event === 'tier-down')).toHaveLength(1);
    expect(tier.health()).toMatchObject({ redis: { errors: 3 } });
  });

  it.each([
    new CacheInputError('invalid-key', 'No.'),
    new LivePatternsError(64),
    new RangeError('no'),
  ])('lets %s through, which is the caller’s affair', async (error) => {
    const { tier, hands, notices } = guarded({ failures: 1 });
    hands.meddle = async () => {
      throw error;
    };
    await expect(tier.read([])).rejects.toBe(error);
    expect(notices).toEqual([]);
    expect(tier.health()).toEqual({ redis: { errors: 0, breaker: 'closed' } });
  });

  it('does not blame the tier for a process that stood still', async () => {
    const { tier, hands, pass, outcome } = guarded({ failures: 1, timeoutMs: 50, connectTimeoutMs: 0 });
    hands.meddle = never;
    const asked = outcome(tier.read([]));
    await pass(10_000, true);
    await pass(60);
    expect(await asked).toBe('redis unavailable');
    expect(tier.health()).toEqual({ redis: { errors: 1, breaker: 'closed' } });
  });

  it('tells why in its own words', async () => {
    const { tier, hands } = guarded();
    hands.meddle = refuse;
    await expect(tier.read([])).rejects.toThrow('The tier redis does not answer: connection refused.');
  });
});
