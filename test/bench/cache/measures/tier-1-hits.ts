import { setImmediate } from 'node:timers/promises';
import { interleaved } from '../../frame/interleaved.ts';
import { type Goal, type Row, ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { figureOf, medianRow } from '../../frame/samples.ts';
import { withChildren } from '../children.ts';
import { withRedis } from '../redis.ts';
import { keyOf, openSubject, type SubjectName } from '../subject.ts';

const ENTRIES = 1_000;
const READS = 4_096;
const efforts = {
  full: { rounds: 9, roundMs: 700 },
  quick: { rounds: 3, roundMs: 150 },
  smoke: { rounds: 1, roundMs: 1 },
};
const alone: SubjectName[] = ['headroom', 'bentocache', 'cacheable', 'cache-manager', 'layered-loader', 'lru-cache'];
const beforeRedis: SubjectName[] = ['headroom', 'bentocache', 'cacheable', 'cache-manager', 'layered-loader'];

/** In the child. Every subject is awaited, also the one that need not be: that is how a cache is used. */
export default async function work({ subject, redisUrl }: { subject: SubjectName; redisUrl?: string }) {
  const cache = await openSubject(subject, {
    name: `tier1-${subject}`,
    memory: true,
    patient: true,
    ...(redisUrl === undefined ? {} : { redisUrl }),
  });
  for (let entry = 0; entry < ENTRIES; entry++) await cache.set(keyOf(entry), { id: entry, name: `user ${entry}` });
  // A stride that shares no factor with the number of keys: every read is of another entry than those just before it.
  const order = Array.from({ length: READS }, (_, read) => keyOf((read * 7_919) % ENTRIES));
  return async (roundMs: number): Promise<number> => {
    let hits = 0;
    let reads = 0;
    const began = performance.now();
    const cpuBefore = process.threadCpuUsage();
    // It never waits for anything: what other processes of the machine take is not its own.
    const cpuSeconds = (): number => {
      const { user, system } = process.threadCpuUsage(cpuBefore);
      return (user + system) / 1_000_000;
    };
    do {
      for (const key of order) if ((await cache.get(key)) !== undefined) hits++;
      reads += READS;
      // What waits for Redis and for timers has its turn.
      await setImmediate();
      // Some systems count a thread's time in steps of many milliseconds.
    } while (performance.now() - began < roundMs || cpuSeconds() === 0);
    const seconds = cpuSeconds();
    if (hits !== reads) throw new Error(`${reads - hits} of ${reads} reads of ${subject} missed`);
    return reads / seconds;
  };
}

/** What is aimed at is said of the memory alone. */
function goals(measure: string, rows: readonly Row[]): Goal[] {
  const measured = figureOf(rows, 'headroom');
  const against = (peer: SubjectName, atLeast: number): Goal[] =>
    ratioGoal({ name: `${measure} to ${peer}`, measured, of: figureOf(rows, peer), to: peer, atLeast });
  return [...against('bentocache', 10), ...against('cache-manager', 1), ...against('layered-loader', 0.6)];
}

function measureHits(name: string, title: string, subjects: readonly SubjectName[], hasRedis: boolean): Measure {
  return {
    name,
    async run({ effort, chosen }) {
      const { rounds, roundMs } = efforts[effort];
      const names = chosen(subjects);
      const measureWith = (redisUrl?: string) =>
        withChildren<SubjectName, number, number, Map<SubjectName, number[]>>(
          import.meta.url,
          names,
          (subject) => ({ subject, redisUrl }),
          async (ask) => {
            // The compiler has its turn first.
            await interleaved(names, 1, (subject) => ask(subject, roundMs));
            return interleaved(names, rounds, (subject) => ask(subject, roundMs));
          },
        );
      const samples = await (hasRedis ? withRedis(measureWith) : measureWith());
      const rows = Array.from(samples, ([subject, hits]) => medianRow(title, subject, 'hits/s', hits));
      return { rows, goals: hasRedis ? [] : goals(title, rows) };
    },
  };
}

export const tier1Hits = measureHits('tier-1-hits', 'tier-1 hits', alone, false);
export const tier1HitsBeforeRedis = measureHits('tier-1-hits-redis', 'tier-1 hits before Redis', beforeRedis, true);
