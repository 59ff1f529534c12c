import { Redis } from 'ioredis';
import { startChild } from '../../frame/child.ts';
import { type Row, ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { figureOf, medianRow } from '../../frame/samples.ts';
import { each, entryValue } from '../fill.ts';
import { withRedis } from '../redis.ts';
import { keyOf, openSubject, type SubjectName } from '../subject.ts';

const efforts = { full: 100_000, quick: 20_000, smoke: 500 };
const TAGS = 100;
const subjects: SubjectName[] = ['redis', 'headroom', 'bentocache', '@keyv/redis'];
const title = 'Redis bytes per entry';

interface Setup {
  subject: SubjectName;
  redisUrl: string;
  isTagged: boolean;
}

/** In the child. */
export default async function work({ subject, redisUrl, isTagged }: Setup) {
  const cache = await openSubject(subject, { name: 'bytes', memory: false, patient: true, redisUrl, tags: isTagged });
  const client = new Redis(redisUrl);
  const used = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  await cache.set('first', entryValue(0));
  return async (entries: number): Promise<number> => {
    const before = await used();
    await each(entries, 256, (entry) =>
      cache.set(keyOf(entry), entryValue(entry), isTagged ? [`tag:${entry % TAGS}`] : undefined),
    );
    return ((await used()) - before) / entries;
  };
}

async function bytesOf(subject: SubjectName, isTagged: boolean, entries: number): Promise<number> {
  return withRedis(async (redisUrl) => {
    const child = await startChild<number, number>(new URL(import.meta.url), { subject, redisUrl, isTagged });
    try {
      return await child.ask(entries);
    } finally {
      await child.stop();
    }
  });
}

export const redisBytes: Measure = {
  name: 'redis-bytes',
  async run({ effort, chosen }) {
    const rows: Row[] = [];
    for (const subject of chosen(subjects)) {
      rows.push(medianRow(title, subject, 'bytes', [await bytesOf(subject, false, efforts[effort])]));
      if (subject !== 'headroom') continue;
      rows.push(medianRow(title, 'headroom, one tag', 'bytes', [await bytesOf(subject, true, efforts[effort])]));
    }
    const goals = ratioGoal({
      name: title,
      measured: figureOf(rows, 'headroom'),
      of: figureOf(rows, 'redis'),
      to: 'raw',
      atMost: 1.6,
    });
    return { rows, goals };
  },
};
