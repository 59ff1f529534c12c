import { setTimeout } from 'node:timers/promises';
import { startChild } from '../../frame/child.ts';
import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { each } from '../fill.ts';
import { withRedis } from '../redis.ts';
import { type CacheUnderTest, openSubject, type SubjectName } from '../subject.ts';

/** How long after an invalidation an old value may still be served: what is set where it can be, and time for a bus elsewhere. */
const BOUND_MS = 20;
const AT_ONCE = 100;
const efforts = { full: 10_000, quick: 500, smoke: 20 };

interface Variant {
  subject: SubjectName;
  title: string;
  bus?: boolean;
  boundedMs: number;
}
const variants: Variant[] = [
  { subject: 'headroom', title: `headroom, bounded to ${BOUND_MS} ms`, boundedMs: BOUND_MS },
  { subject: 'headroom', title: 'headroom, strict', boundedMs: 0 },
  { subject: 'bentocache', title: 'bentocache', boundedMs: BOUND_MS },
  { subject: 'bentocache', title: 'bentocache with its bus', bus: true, boundedMs: BOUND_MS },
  { subject: 'cacheable', title: 'cacheable', boundedMs: BOUND_MS },
  { subject: 'cache-manager', title: 'cache-manager', boundedMs: BOUND_MS },
  { subject: 'layered-loader', title: 'layered-loader', boundedMs: BOUND_MS },
  { subject: 'layered-loader', title: 'layered-loader with its bus', bus: true, boundedMs: BOUND_MS },
];

/** 0 to 4 ms; half of them end within the same turn of the event loop. */
const pause = (): Promise<void> => (Math.random() < 0.5 ? Promise.resolve() : setTimeout(Math.random() * 4));

/**
 * One interleaving: B holds a copy of one key while A loads another. Both values change, and somebody invalidates both keys before,
 * while or after A's loader runs. When the bound has passed, an instance that still answers an old value has lost the invalidation.
 */
async function isLost(instances: readonly CacheUnderTest[], name: string, waitMs: number): Promise<boolean> {
  const [a, b] = instances;
  const who = instances[Math.floor(Math.random() * instances.length)];
  if (a === undefined || b === undefined || who === undefined) throw new Error('it takes instances');
  const [held, loaded] = [`${name}:held`, `${name}:loaded`];
  let source = 'old';
  const load = async (): Promise<string> => {
    const seen = source;
    await pause();
    return seen;
  };
  await b.getOrSet(held, load);
  const loading = (async () => {
    await pause();
    await a.getOrSet(loaded, load);
  })();
  await pause();
  source = 'new';
  await who.invalidate([held, loaded]);
  await Promise.all([loading, waitMs === 0 ? undefined : setTimeout(waitMs)]);
  const reads = instances.flatMap((cache) => [held, loaded].map((key) => cache.getOrSet(key, load)));
  return (await Promise.all(reads)).some((value) => value !== 'new');
}

/** In the child: three instances over one Redis. @returns how many of so many interleavings were lost */
export default async function work({ subject, bus = false, boundedMs, redisUrl }: Variant & { redisUrl: string }) {
  const setup = { name: `lost-${subject}`, memory: true, patient: true, redisUrl, bus, boundedMs };
  const instances = await Promise.all([1, 2, 3].map(() => openSubject(subject, setup)));
  return async (interleavings: number): Promise<number> => {
    let lost = 0;
    await each(interleavings, AT_ONCE, async (at) => {
      if (await isLost(instances, `at:${at}`, boundedMs === 0 ? 0 : boundedMs + 5)) lost += 1;
    });
    return lost;
  };
}

export const lostInvalidations: Measure = {
  name: 'lost-invalidations',
  async run({ effort, chosen }) {
    const interleavings = efforts[effort];
    const measure = `lost invalidations in ${interleavings} interleavings`;
    const names = chosen(variants.map(({ subject }) => subject));
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const variant of variants.filter(({ subject }) => names.includes(subject))) {
      const lost = await withRedis(async (redisUrl) => {
        const child = await startChild<number, number>(new URL(import.meta.url), { ...variant, redisUrl });
        try {
          return await child.ask(interleavings);
        } finally {
          await child.stop();
        }
      });
      rows.push({ measure, subject: variant.title, value: lost, unit: 'lost', samples: [lost] });
      if (variant.subject !== 'headroom') continue;
      goals.push({ name: `lost invalidations, ${variant.title}`, measured: lost, goal: '0', holds: lost === 0 });
    }
    return { rows, goals };
  },
};
