import { setTimeout } from 'node:timers/promises';
import { type Child, startChild } from '../../frame/child.ts';
import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { withRedis } from '../redis.ts';
import { openSubject, type SubjectName } from '../subject.ts';

const INSTANCES = 4;
const LOADER_MS = 50;
const efforts = {
  full: { rounds: 7, misses: 1_000 },
  quick: { rounds: 3, misses: 1_000 },
  smoke: { rounds: 1, misses: 10 },
};
const subjects: SubjectName[] = ['headroom', 'bentocache', 'cacheable', 'cache-manager', 'layered-loader'];

interface Call {
  key: string;
  misses: number;
}

/** In each of the four children. @returns how often its loader ran */
export default async function work({ subject, redisUrl }: { subject: SubjectName; redisUrl: string }) {
  const cache = await openSubject(subject, { name: `loads-${subject}`, memory: true, patient: true, redisUrl });
  return async ({ key, misses }: Call): Promise<number> => {
    let loads = 0;
    const load = async () => {
      loads += 1;
      await setTimeout(LOADER_MS);
      return { value: 42 };
    };
    await Promise.all(Array.from({ length: misses }, () => cache.getOrSet(key, load)));
    return loads;
  };
}

async function callsOf(subject: SubjectName, rounds: number, misses: number): Promise<number[]> {
  return withRedis(async (redisUrl) => {
    const children: Child<Call, number>[] = [];
    try {
      for (let instance = 0; instance < INSTANCES; instance++) {
        children.push(await startChild(new URL(import.meta.url), { subject, redisUrl }));
      }
      // Nobody has to connect any more.
      await Promise.all(children.map((child, at) => child.ask({ key: `first:${at}`, misses: 1 })));
      const samples: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const loads = await Promise.all(children.map((child) => child.ask({ key: `key:${round}`, misses })));
        samples.push(loads.reduce((sum, count) => sum + count, 0));
      }
      return samples;
    } finally {
      await Promise.all(children.map((child) => child.stop()));
    }
  });
}

export const loaderCalls: Measure = {
  name: 'loader-calls',
  async run({ effort, chosen }) {
    const { rounds, misses } = efforts[effort];
    const measure = `loader calls for ${misses} misses x ${INSTANCES} processes`;
    const rows: Row[] = [];
    for (const subject of chosen(subjects)) {
      const samples = await callsOf(subject, rounds, misses);
      rows.push({
        measure,
        subject,
        value: Math.max(...samples),
        unit: 'calls',
        samples,
        note: 'the most of all rounds',
      });
    }
    const measured = rows.find(({ subject }) => subject === 'headroom')?.value;
    const goals: Goal[] = measured === undefined ? [] : [{ name: measure, measured, goal: '1', holds: measured === 1 }];
    return { rows, goals };
  },
};
