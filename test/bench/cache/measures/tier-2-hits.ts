import { interleaved } from '../../frame/interleaved.ts';
import { ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { figureOf, medianRow } from '../../frame/samples.ts';
import { withChildren } from '../children.ts';
import { each, fill } from '../fill.ts';
import { withRedis } from '../redis.ts';
import { keyOf, openSubject, type SubjectName } from '../subject.ts';

const AT_ONCE = 64;
const efforts = {
  // Short rounds, and many: what else runs on the machine takes from Redis too, whose time is not this process's to count.
  full: { rounds: 31, entries: 10_000, reads: 10_000 },
  quick: { rounds: 7, entries: 2_000, reads: 5_000 },
  smoke: { rounds: 1, entries: 10, reads: 100 },
};
const subjects: SubjectName[] = ['headroom', 'bentocache', '@keyv/redis', 'redis'];
const title = `tier-2 hits, ${AT_ONCE} at once`;

interface Setup {
  subject: SubjectName;
  redisUrl: string;
  entries: number;
}

/** In the child. */
export default async function work({ subject, redisUrl, entries }: Setup) {
  const cache = await openSubject(subject, { name: `tier2-${subject}`, memory: false, patient: true, redisUrl });
  await fill(cache, entries);
  return async (reads: number): Promise<number> => {
    let hits = 0;
    const began = performance.now();
    await each(reads, AT_ONCE, async (read) => {
      if ((await cache.get(keyOf((read * 7_919) % entries))) !== undefined) hits++;
    });
    const seconds = (performance.now() - began) / 1_000;
    if (hits !== reads) throw new Error(`${reads - hits} of ${reads} reads of ${subject} missed`);
    return reads / seconds;
  };
}

export const tier2Hits: Measure = {
  name: 'tier-2-hits',
  async run({ effort, chosen }) {
    const { rounds, entries, reads } = efforts[effort];
    const names = chosen(subjects);
    const samples = await withRedis((redisUrl) =>
      withChildren<SubjectName, number, number, Map<SubjectName, number[]>>(
        import.meta.url,
        names,
        (subject) => ({ subject, redisUrl, entries }),
        async (ask) => {
          await interleaved(names, 3, (subject) => ask(subject, reads));
          return interleaved(names, rounds, (subject) => ask(subject, reads));
        },
      ),
    );
    const rows = Array.from(samples, ([subject, hits]) => medianRow(title, subject, 'hits/s', hits));
    const measured = figureOf(rows, 'headroom');
    const against = (peer: SubjectName, atLeast: number) =>
      ratioGoal({ name: `${title} to ${peer}`, measured, of: figureOf(rows, peer), to: peer, atLeast });
    return { rows, goals: [...against('bentocache', 1.2), ...against('@keyv/redis', 0.7)] };
  },
};
