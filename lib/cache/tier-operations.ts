import type {
  CacheTierAnswer,
  CacheTierAnswerTo,
  CacheTierOperation,
  CacheTierRequest,
} from '../contracts/cache-tier.ts';
import { DomainError } from '../platform/errors.ts';
import type { Entry } from './library/entry.ts';
import type { Invalidation, LogDelta } from './library/invalidations.ts';
import { parsePattern } from './library/pattern.ts';
import type { InvalidationRequest, SharedTier, TierHit } from './library/shared-tier.ts';
import type { OpenNamespace } from './open-namespace.ts';
import { requireKnown, type TierCaller } from './tier-claims.ts';

/** Of the payloads of one answer together. Lambda lets 6 MB out, in which they are base64. */
const maxAnswerBytes = 4_300_000;

type Asked<Op extends CacheTierOperation> = Extract<CacheTierRequest, { op: Op }>;
type Shown = NonNullable<CacheTierAnswerTo<'read'>['entries'][number]>['entry'];

type Operations = {
  [Op in CacheTierOperation]: (shared: SharedTier, asked: Asked<Op>) => Promise<Omit<CacheTierAnswerTo<Op>, 'op'>>;
};

const entryOf = <Base extends { payloadBase64: string }>({ payloadBase64, ...head }: Base) => ({
  ...head,
  payload: Buffer.from(payloadBase64, 'base64'),
});
const shownEntry = ({ payload, tags, ...head }: Entry): Shown => ({
  ...head,
  tags: [...tags],
  payloadBase64: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64'),
});
const shownHit = (hit: TierHit | undefined) => (hit === undefined ? null : { ...hit, entry: shownEntry(hit.entry) });
const shownEvent = ({ sequence, kind, values, soft }: Invalidation) => ({ sequence, kind, values: [...values], soft });
const shownDelta = ({ after, upTo, events }: LogDelta) => ({ after, upTo, events: events.map(shownEvent) });

/** Patterns reach a tier in their canonical form only. @throws CacheInputError */
function canonical({ kind, values, soft }: InvalidationRequest): InvalidationRequest {
  return kind === 'pattern'
    ? { kind, values: values.map((text) => parsePattern(text).canonical), soft }
    : { kind, values, soft };
}

const operations: Operations = {
  async read(shared, { keys, ...options }) {
    const { entries, changes, ...known } = await shared.read(keys, options);
    const bytes = entries.reduce((sum, hit) => sum + (hit?.entry.payload.length ?? 0), 0);
    if (bytes > maxAnswerBytes) {
      throw new DomainError(
        'payload-too-large',
        `The ${keys.length} entries have ${bytes} bytes, and ${maxAnswerBytes} pass the HTTP API at once: read fewer keys at a time.`,
      );
    }
    return { ...known, ...(changes && { changes: shownDelta(changes) }), entries: entries.map(shownHit) };
  },
  async write(shared, { entries }) {
    return { outcomes: await shared.write(entries.map((each) => ({ ...each, entry: entryOf(each.entry) }))) };
  },
  async set(shared, { entries }) {
    const results = await shared.set(entries.map((each) => ({ ...each, entry: entryOf(each.entry) })));
    return { results: results.map(({ event, ...told }) => ({ ...told, ...(event && { event: shownEvent(event) }) })) };
  },
  touch: async (shared, { key, entry, lifetime }) => ({ touched: await shared.touch(key, entry, lifetime) }),
  async invalidate(shared, { request }) {
    const { pending, ...event } = await shared.invalidate(canonical(request));
    return { acknowledged: { ...shownEvent(event), ...(pending && { pending: [...pending] }) } };
  },
  reap: (shared, { invalidation, step }) => shared.reap(invalidation, step),
  changes: async (shared, { after }) => ({ delta: shownDelta(await shared.changes(after)) }),
  lease: async (shared, { key, ttlMs, home }) => ({ lease: (await shared.lease(key, ttlMs, home)) ?? null }),
  renew: async (shared, { key, lease, ttlMs }) => ({ held: await shared.renew(key, lease, ttlMs) }),
  async release(shared, { key, lease }) {
    await shared.release(key, lease);
    return {};
  },
  usage: async (shared) => ({ usage: await shared.usage() }),
  sweep: (shared, { step }) => shared.sweep(step),
  evict: (shared, { tier, bytes }) => shared.evict(tier, bytes),
  dropCopies: async (shared, { tier, keys }) => ({ dropped: await shared.dropCopies(tier, keys) }),
};

/**
 * @throws whatever the tier does; DomainError conflict where the namespace has none; unavailable where it knows less than the caller;
 *   invalid-request where the caller speaks of what has not happened
 */
export async function answerTier(
  namespace: string,
  { shared, cache, seen }: OpenNamespace,
  asked: CacheTierRequest,
  caller: TierCaller,
): Promise<CacheTierAnswer> {
  if (shared === undefined) {
    throw new DomainError(
      'conflict',
      `${namespace} is kept in memory alone, by its policy: there is no tier to share.`,
    );
  }
  seen.sequence = Math.max(seen.sequence, cache.epoch);
  await requireKnown(shared, seen, asked, caller);
  const operation = operations[asked.op] as (shared: SharedTier, asked: CacheTierRequest) => Promise<object>;
  const answer = { op: asked.op, ...(await operation(shared, asked).catch(refused)) } as CacheTierAnswer;
  seen.sequence = Math.max(seen.sequence, sequenceIn(answer));
  return answer;
}

/** What no tier can be asked for: times in no order, two patterns at once, a cursor that nobody was given. */
function refused(error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  throw new DomainError('invalid-request', `The tier refuses this: ${error.message}.`, {
    fieldErrors: [{ path: 'body', message: error.message }],
    cause: error,
  });
}

function sequenceIn(answer: CacheTierAnswer): number {
  if (answer.op === 'read') return answer.sequence;
  if (answer.op === 'invalidate') return answer.acknowledged.sequence;
  return answer.op === 'changes' ? answer.delta.upTo : 0;
}
