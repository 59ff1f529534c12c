import { z } from 'zod';
import { cacheTag, cacheTags, contentType } from './cache-headers.ts';
import { cacheKey } from './cache-key.ts';
import { cacheCodec } from './cache-policy.ts';

/**
 * The shared tier of the cache's library (`lib/cache/library/shared-tier.ts`) as JSON, so that another process can use a deployment as
 * its own. `op` names the method; its arguments and what it resolves to stand beside it. Entries keep their shape, but for the
 * payload, which is base64. Where the library throws, the answer is a problem: `too-many-patterns` (LivePatternsError) and
 * `unavailable` (TierUnavailableError), both with `Retry-After`.
 */

const count = z.number().int().min(0);
/** -1: nothing is known of the log. */
const sequence = z.number().int().min(-1);
const epochMs = z.number().int().min(0);
const tierName = z.enum(['redis', 'dynamodb']);

const entryHead = z.strictObject({
  codec: cacheCodec,
  rawBytes: count,
  contentType: contentType.exactOptional(),
  tags: cacheTags,
  born: sequence,
  createdAt: epochMs,
  freshUntil: epochMs,
  revalidateUntil: epochMs,
  expiresAt: epochMs,
  ttlMs: count.exactOptional(),
  loaderMs: z.number().min(0),
  negative: z.boolean(),
  copy: z.boolean().exactOptional(),
  etag: z
    .string()
    .max(1_000)
    .regex(/^[\x21\x23-\x7e]*$/, 'must be what an ETag has between its quotes')
    .exactOptional(),
});
const payload = { payloadBase64: z.base64().describe('As `codec` says; base64 with padding') };
const entry = entryHead.extend(payload);

const event = {
  kind: z.enum(['keys', 'tags', 'pattern', 'clear']),
  values: z.array(z.string().max(1_024)).max(1_000),
  soft: z.boolean(),
};
const invalidation = z.strictObject({ sequence: count, ...event });
/**
 * What an event names stays in the log until it is worked off under keys of the table. One that no table takes would stand there for ever,
 * and in the way of every write after it.
 */
const names = { keys: cacheKey, tags: cacheTag, pattern: z.string().min(1), clear: z.never() };
const nameable = <Event extends z.ZodType<z.output<z.ZodObject<typeof event>>>>(schema: Event) =>
  schema.superRefine(({ kind, values }, context) => {
    const parsed = z.array(names[kind]).safeParse(values);
    for (const { message, path } of parsed.error?.issues ?? []) {
      context.addIssue({ code: 'custom', message, path: ['values', ...path] });
    }
  });
const logDelta = z.object({ after: sequence, upTo: sequence, events: z.array(invalidation) });
const lifetime = z.strictObject({
  createdAt: epochMs,
  freshUntil: epochMs,
  revalidateUntil: epochMs,
  expiresAt: epochMs,
});
const lease = z.strictObject({
  token: z.string().regex(/^[\w-]{1,200}$/, 'must be the token of a lease that was given'),
});
const step = z.strictObject({ budget: z.number().int().min(1).max(5_000), cursor: z.string().max(4_096).optional() });
/** Where an entry is kept, in a tier that is made of several. */
const home = tierName.optional();
const leaseMs = z.number().int().min(1).max(900_000);
const keys = z.array(cacheKey).min(1).max(500);

const request = <Op extends string, Shape extends z.core.$ZodShape>(op: Op, shape: Shape) =>
  z.strictObject({ op: z.literal(op), ...shape });

export const cacheTierRequest = z
  .discriminatedUnion('op', [
    request('read', {
      keys: z.array(cacheKey).max(500),
      after: sequence.optional(),
      maxAgeMs: z.number().min(0).exactOptional(),
      headsOnly: z.boolean().exactOptional(),
    }),
    request('write', {
      entries: z
        .array(z.strictObject({ key: cacheKey, entry, lease: lease.optional(), home }))
        .min(1)
        .max(500),
    }),
    request('set', {
      entries: z
        .array(
          z.strictObject({
            key: cacheKey,
            entry: entry.omit({ born: true }),
            replaces: entryHead.nullable().optional().describe('null: only if nothing lives under the key'),
            home,
            announce: z.boolean().optional(),
          }),
        )
        .min(1)
        .max(500),
    }),
    request('touch', { key: cacheKey, entry: entryHead, lifetime }),
    request('invalidate', { request: nameable(z.strictObject(event)) }),
    request('reap', { invalidation: nameable(invalidation), step }),
    request('changes', { after: sequence }),
    request('lease', { key: cacheKey, ttlMs: leaseMs, home }),
    request('renew', { key: cacheKey, lease, ttlMs: leaseMs }),
    request('release', { key: cacheKey, lease }),
    request('usage', {}),
    request('sweep', { step }),
    request('evict', { tier: tierName, bytes: count }),
    request('dropCopies', { tier: tierName, keys }),
  ])
  .meta({ id: 'CacheTierRequest' });
export type CacheTierRequest = z.output<typeof cacheTierRequest>;
export type CacheTierOperation = CacheTierRequest['op'];

/** What a key with the scope `read` may do; the rest takes `write`. */
export const readingTierOperations: ReadonlySet<CacheTierOperation> = new Set(['read', 'changes', 'usage']);

const answer = <Op extends string, Shape extends z.core.$ZodShape>(op: Op, shape: Shape) =>
  z.object({ op: z.literal(op), ...shape });
const usage = z.object({ entries: count, bytes: count });

export const cacheTierAnswer = z
  .discriminatedUnion('op', [
    answer('read', {
      sequence,
      changes: logDelta.exactOptional(),
      entries: z
        .array(z.object({ entry, stale: z.boolean(), tier: tierName }).nullable())
        .describe('In the order of the keys; null where nothing that lives is stored'),
      ageMs: z.number().min(0).exactOptional(),
    }),
    answer('write', { outcomes: z.array(z.enum(['stored', 'outlived', 'older', 'overtaken'])) }),
    answer('set', {
      results: z.array(
        z.object({ outcome: z.enum(['stored', 'changed']), born: sequence, event: invalidation.exactOptional() }),
      ),
    }),
    answer('touch', { touched: z.boolean() }),
    answer('invalidate', { acknowledged: invalidation.extend({ pending: z.array(tierName).exactOptional() }) }),
    answer('reap', {
      removed: count,
      cursor: z.string().exactOptional(),
      pending: z.array(tierName).exactOptional().describe('Tiers that did not answer'),
    }),
    answer('changes', { delta: logDelta }),
    answer('lease', { lease: lease.nullable().describe('null: another has it') }),
    answer('renew', { held: z.boolean() }),
    answer('release', {}),
    answer('usage', { usage: z.object({ redis: usage.exactOptional(), dynamodb: usage.exactOptional() }) }),
    answer('sweep', { removed: count, ghosts: count, bytes: z.number(), cursor: z.string().exactOptional() }),
    answer('evict', { entries: count, bytes: z.number() }),
    answer('dropCopies', { dropped: count }),
  ])
  .meta({ id: 'CacheTierAnswer' });
export type CacheTierAnswer = z.output<typeof cacheTierAnswer>;
export type CacheTierAnswerTo<Op extends CacheTierOperation> = Extract<CacheTierAnswer, { op: Op }>;
