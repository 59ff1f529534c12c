import { interleaved } from '../../frame/interleaved.ts';
import type { Goal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { figureOf, median, medianRow } from '../../frame/samples.ts';
import { withChildren } from '../children.ts';
import { startCountingProxy } from '../counting-proxy.ts';
import { entryValue } from '../fill.ts';
import { withRedis } from '../redis.ts';
import { openSubject, type SubjectName } from '../subject.ts';

const efforts = {
  full: { rounds: 7, reads: 300 },
  quick: { rounds: 3, reads: 100 },
  smoke: { rounds: 1, reads: 5 },
};
const subjects: SubjectName[] = ['headroom', 'bentocache', 'cacheable'];
const title = 'cold tier-2 hit with 3 tags';

interface Sample {
  /** By read, on average. */
  roundTrips: number;
  /** The median, of reads without the proxy that counts. */
  latencyUs: number;
}

/**
 * In the child: one instance writes, the others have never seen the entries. One of them reads through a proxy that counts, the other
 * straight from Redis.
 */
export default async function work({ subject, redisUrl }: { subject: SubjectName; redisUrl: string }) {
  const proxy = await startCountingProxy(redisUrl);
  const setup = { name: `cold-${subject}`, memory: true, patient: true, tags: true };
  const writer = await openSubject(subject, { ...setup, redisUrl });
  const counted = await openSubject(subject, { ...setup, redisUrl: proxy.url });
  const timed = await openSubject(subject, { ...setup, redisUrl });
  let written = 0;
  return async (reads: number): Promise<Sample> => {
    const keys: string[] = [];
    for (let read = 0; read <= reads; read++) {
      written += 1;
      const key = `article:${written}`;
      await writer.set(key, entryValue(written), [`author:${written}`, `section:${written}`, `site:${written}`]);
      keys.push(key);
    }
    // The first one may have to connect.
    await counted.get(keys[0] ?? '');
    await timed.get(keys[0] ?? '');
    const latencies: number[] = [];
    proxy.roundTrips = 0;
    for (const key of keys.slice(1)) {
      if ((await counted.get(key)) === undefined) throw new Error(`${subject} has no ${key}`);
    }
    const { roundTrips } = proxy;
    for (const key of keys.slice(1)) {
      const began = performance.now();
      if ((await timed.get(key)) === undefined) throw new Error(`${subject} has no ${key}`);
      latencies.push((performance.now() - began) * 1_000);
    }
    return { roundTrips: roundTrips / reads, latencyUs: median(latencies) };
  };
}

export const coldHits: Measure = {
  name: 'cold-hits',
  async run({ effort, chosen }) {
    const { rounds, reads } = efforts[effort];
    const names = chosen(subjects);
    const samples = await withRedis((redisUrl) =>
      withChildren<SubjectName, number, Sample, Map<SubjectName, Sample[]>>(
        import.meta.url,
        names,
        (subject) => ({ subject, redisUrl }),
        async (ask) => {
          await interleaved(names, 1, (subject) => ask(subject, reads));
          return interleaved(names, rounds, (subject) => ask(subject, reads));
        },
      ),
    );
    const trips = Array.from(samples, ([subject, all]) => {
      const counts = all.map(({ roundTrips }) => roundTrips);
      return medianRow(`${title}: round trips`, subject, 'trips', counts);
    });
    const latencies = Array.from(samples, ([subject, all]) => {
      const times = all.map(({ latencyUs }) => latencyUs);
      return medianRow(`${title}: latency`, subject, 'us', times);
    });
    const measured = figureOf(trips, 'headroom');
    // Of hundreds of reads one may fall on a moment at which the log is asked for too.
    const goals: Goal[] =
      measured === undefined
        ? []
        : [{ name: title, measured, goal: '1 round trip', holds: Math.round(measured * 20) === 20 }];
    return { rows: [...trips, ...latencies], goals };
  },
};
