import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Invalidation } from '../../../lib/cache/library/invalidations.ts';
import type { InvalidationRequest, Lease, SharedTier, TierRead } from '../../../lib/cache/library/shared-tier.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { bornAt, decreed, reapAll, sweepAll, textOf } from '../../support/tier-entries.ts';
import { expireEntry, useCacheTable } from './dynamo-tables.ts';

const table = useCacheTable('dynoxide');
/** Few of them, and some so long that events leave the head soon. */
const keys = ['user:1', 'user:2', 'item:1', `item:${'x'.repeat(200)}`, 'ü*'];
const tags = ['red', 'blue'];

const request: fc.Arbitrary<InvalidationRequest> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constant('keys' as const), fc.subarray(keys, { minLength: 1 })),
      fc.tuple(fc.constant('tags' as const), fc.subarray(tags, { minLength: 1 })),
      fc.tuple(fc.constant('pattern' as const), fc.constantFrom(['user:*'], ['*:1'], ['?ser:2'], ['ü\\*'])),
      fc.tuple(fc.constant('clear' as const), fc.constant<string[]>([])),
    ),
    fc.boolean(),
  )
  .map(([[kind, values], soft]) => ({ kind, values, soft }));

const key = fc.constantFrom(...keys);
const its = fc.subarray(tags);
/** Which process does it. */
const by = fc.nat(2);
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), by, after: fc.nat(10) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), by, key, lag: fc.nat(3), tags: its }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), by, key, tags: its, announce: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lease' as const), by, key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('load' as const), by, key, lag: fc.nat(2), tags: its }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('invalidate' as const), by, request }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reap' as const),
      by,
      back: fc.nat(5),
      budget: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), by, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const), by }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), by }) },
);

/** Remembers patterns for good, as the log does: what has been reaped is no reason to refuse what does not match it. */
class ExactReference extends ReferenceTier {
  protected override settle(event: Invalidation): void {
    super.settle(event);
    this.writeFloor = 0;
  }
}

/** What a caller can see, with sequences from 0 on. */
const seen = ({ sequence, changes, entries }: TierRead, from: number) => ({
  sequence: sequence - from,
  changes: changes && {
    after: changes.after - from,
    upTo: changes.upTo - from,
    events: changes.events.map((event) => ({ ...event, sequence: event.sequence - from })),
  },
  entries: entries.map((hit) => {
    if (hit === undefined) return undefined;
    const { born, tags: of, freshUntil } = hit.entry;
    return { text: textOf(hit.entry), born: born - from, tags: of, stale: hit.stale || freshUntil <= Date.now() };
  }),
});

it('DynamoDB, asked by processes in turn that may be started anew, does as the reference', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (commands) => {
      const namespace = randomUUID();
      const start = () => table.tier({ namespace });
      const processes = [start(), start(), start()];
      const reference = new ExactReference();
      const from = (await start().read([])).sequence;
      const both = async <T>(tier: SharedTier, ask: (each: SharedTier, base: number) => Promise<T>) =>
        [await ask(tier, from), await ask(reference, 0)] as const;
      const events: Invalidation[] = [];
      const leases = new Map<string, readonly [Lease | undefined, Lease | undefined]>();
      // Where a reaper was, everything from before is refused, whether it matches or not.
      let reapedAt = 0;
      const now = async () => (await reference.read([])).sequence;
      for (const [at, step] of commands.entries()) {
        const tier = processes[step.by] ?? start();
        switch (step.do) {
          case 'read': {
            const after = Math.min(step.after, await now());
            const [real, model] = await both(tier, async (each, base) =>
              seen(await each.read(keys, { after: base + after }), base),
            );
            expect(real).toEqual(model);
            break;
          }
          case 'write':
          case 'load': {
            const born = Math.max(reapedAt, (await now()) - step.lag);
            const entry = (base: number) => bornAt(base + born, step.tags, `v${at}`, 1_000 * at + Date.now());
            const held = step.do === 'load' ? (leases.get(step.key) ?? []) : [];
            const [real = ''] = await tier.write([{ key: step.key, entry: entry(from), lease: held[0] }]);
            const [model = ''] = await reference.write([{ key: step.key, entry: entry(0), lease: held[1] }]);
            // Who was overtaken and outlived is told either.
            const isEither = model === 'overtaken' && real === 'outlived';
            expect(isEither ? model : real).toBe(model);
            break;
          }
          case 'set': {
            const [real, model] = await both(tier, async (each, base) => {
              const entry = decreed(`v${at}`, step.tags);
              const [result] = await each.set([{ key: step.key, entry, announce: step.announce }]);
              const event = result?.event && { ...result.event, sequence: result.event.sequence - base };
              return { ...result, born: (result?.born ?? 0) - base, event };
            });
            expect(real).toEqual(model);
            break;
          }
          case 'lease': {
            const [real, model] = await both(tier, (each) => each.lease(step.key, 60_000));
            expect(real === undefined).toBe(model === undefined);
            if (real !== undefined) leases.set(step.key, [real, model]);
            break;
          }
          case 'invalidate': {
            const [real, model] = await both(tier, (each) => each.invalidate(step.request));
            expect(real).toEqual({ ...model, sequence: model.sequence + from });
            events.push(model);
            break;
          }
          case 'reap': {
            const event = events.at(-1 - step.back);
            if (event === undefined) break;
            const [real, model] = await both(tier, (each, base) =>
              reapAll(each, { ...event, sequence: event.sequence + base }, step.budget),
            );
            expect(real).toBe(model);
            reapedAt = await now();
            break;
          }
          case 'expire':
            await expireEntry(table.client, namespace, step.key);
            reference.expire(step.key);
            break;
          case 'sweep':
            // It removes what is dead too, which is not counted: so all is reaped before.
            for (const event of events) {
              const [real, model] = await both(tier, (each, base) =>
                reapAll(each, { ...event, sequence: event.sequence + base }),
              );
              expect(real).toBe(model);
            }
            reapedAt = await now();
            await both(tier, (each) => sweepAll(each));
            expect((await tier.usage()).dynamodb?.entries).toBe((await reference.usage()).redis?.entries);
            break;
          case 'restart':
            processes[step.by] = start();
        }
      }
      for (const tier of [...processes, start()]) {
        const [real, model] = await both(tier, async (each, base) => seen(await each.read(keys), base));
        expect(real).toEqual(model);
      }
    }),
    { numRuns: 20 },
  );
});
