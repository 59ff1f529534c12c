import { startChild } from '../../frame/child.ts';
import { interleaved } from '../../frame/interleaved.ts';
import { ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { figureOf, medianRow } from '../../frame/samples.ts';
import { entryValue, fill } from '../fill.ts';
import { withRedis } from '../redis.ts';
import { keyOf, openSubject, type SubjectName } from '../subject.ts';

const efforts = {
  full: { rounds: 9, entries: 100_000 },
  quick: { rounds: 3, entries: 100_000 },
  smoke: { rounds: 1, entries: 2_000 },
};
const subjects: SubjectName[] = ['redis', 'headroom', 'bentocache', 'layered-loader'];
/** `keyOf` gives a thousandth of all keys to each user. */
const USERS = 1_000;

interface Setup {
  subject: SubjectName;
  redisUrl: string;
  entries: number;
}

/** In the child. @returns milliseconds until one user's entries are gone */
export default async function work({ subject, redisUrl, entries }: Setup) {
  const cache = await openSubject(subject, { name: `pattern-${subject}`, memory: false, patient: true, redisUrl });
  await fill(cache, entries);
  return async (round: number): Promise<number> => {
    const user = (round * 37) % USERS;
    const began = performance.now();
    await cache.removeUnder?.(`user:${user}:`);
    const ms = performance.now() - began;
    for (let entry = user; entry < entries; entry += USERS) {
      if ((await cache.get(keyOf(entry))) !== undefined) throw new Error(`${subject} still has ${keyOf(entry)}`);
      await cache.set(keyOf(entry), entryValue(entry));
    }
    return ms;
  };
}

export const patternDelete: Measure = {
  name: 'pattern-delete',
  async run({ effort, chosen }) {
    const { rounds, entries } = efforts[effort];
    const title = `pattern delete, ${entries / USERS} of ${entries} keys`;
    const samples = new Map<SubjectName, number[]>();
    // To fill a Redis takes most of the time.
    const quickly = effort === 'quick' ? subjects.slice(0, 2) : subjects;
    for (const subject of chosen(quickly)) {
      // A Redis with this subject's keys alone: its peers would have to look at everybody's.
      const times = await withRedis(async (redisUrl) => {
        const child = await startChild<number, number>(new URL(import.meta.url), { subject, redisUrl, entries });
        try {
          await child.ask(rounds);
          return await interleaved([subject], rounds, (_, round) => child.ask(round));
        } finally {
          await child.stop();
        }
      });
      samples.set(subject, times.get(subject) ?? []);
    }
    const rows = Array.from(samples, ([subject, times]) => medianRow(title, subject, 'ms', times));
    for (const row of rows) if (row.subject === 'redis') row.note = 'SCAN COUNT 1000 and UNLINK';
    const goals = ratioGoal({
      name: title,
      measured: figureOf(rows, 'headroom'),
      of: figureOf(rows, 'redis'),
      to: 'SCAN and UNLINK',
      atMost: 0.05,
    });
    return { rows, goals };
  },
};
