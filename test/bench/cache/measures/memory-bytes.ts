import { setTimeout } from 'node:timers/promises';
import { startChild } from '../../frame/child.ts';
import { type Row, ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { figureOf, medianRow } from '../../frame/samples.ts';
import { keyOf, openSubject, type SubjectName } from '../subject.ts';

const efforts = {
  full: { rounds: 3, entries: 100_000 },
  quick: { rounds: 1, entries: 100_000 },
  smoke: { rounds: 1, entries: 1_000 },
};
const subjects: SubjectName[] = ['lru-cache', 'headroom', 'bentocache', 'cacheable', 'cache-manager', 'layered-loader'];
const title = 'tier-1 bytes per entry';

/** Buffers are given back by another thread, some time after they have been found to be garbage. */
async function heapBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Node runs without --expose-gc');
  for (let time = 0; time < 3; time++) {
    globalThis.gc();
    await setTimeout(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** In the child: key, a small value and all that is kept beside them. */
export default async function work({ subject }: { subject: SubjectName }) {
  // What the code itself takes is there before.
  const first = await openSubject(subject, { name: 'first', memory: true, maxEntries: 1 });
  await first.set('first', { id: 0 });
  return async (entries: number): Promise<number> => {
    const before = await heapBytes();
    const cache = await openSubject(subject, { name: 'bytes', memory: true, maxEntries: entries });
    for (let entry = 0; entry < entries; entry++) await cache.set(keyOf(entry), { id: entry });
    const bytes = ((await heapBytes()) - before) / entries;
    if ((await cache.get(keyOf(0))) === undefined) throw new Error(`${subject} has not kept all`);
    return bytes;
  };
}

export const memoryBytes: Measure = {
  name: 'memory-bytes',
  async run({ effort, chosen }) {
    const { rounds, entries } = efforts[effort];
    const rows: Row[] = [];
    for (const subject of chosen(subjects)) {
      const samples: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const child = await startChild<number, number>(
          new URL(import.meta.url),
          { subject },
          { execArgv: ['--expose-gc'] },
        );
        try {
          samples.push(await child.ask(entries));
        } finally {
          await child.stop();
        }
      }
      rows.push(medianRow(title, subject, 'bytes', samples));
    }
    const goals = ratioGoal({
      name: title,
      measured: figureOf(rows, 'headroom'),
      of: figureOf(rows, 'lru-cache'),
      to: 'lru-cache',
      atMost: 1.3,
    });
    return { rows, goals };
  },
};
