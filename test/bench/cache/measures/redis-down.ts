import net from 'node:net';
import { listening } from '../../../support/listening.ts';
import { startChild } from '../../frame/child.ts';
import { type Goal, type Row, ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { median } from '../../frame/samples.ts';
import { openSubject, type SubjectName } from '../subject.ts';

const efforts = {
  full: { times: 3, limitMs: 20_000 },
  quick: { times: 1, limitMs: 12_000 },
  smoke: { times: 1, limitMs: 500 },
};
const subjects: SubjectName[] = ['bentocache', 'headroom', 'cacheable', 'cache-manager', 'layered-loader'];
const methods = ['get', 'getOrSet'] as const;
type Method = (typeof methods)[number];

interface FirstCall {
  ms: number;
  /** It was not answered as it should be. */
  failed: boolean;
}

/** In the child: the first call of an instance, whose loader takes no time. */
export default async function work({ subject, redisUrl }: { subject: SubjectName; redisUrl: string }) {
  return async (method: Method): Promise<FirstCall> => {
    // With what it takes to be made: a cache may look for its Redis first.
    const began = performance.now();
    const cache = await openSubject(subject, { name: 'down', memory: true, redisUrl });
    try {
      const value = await (method === 'get' ? cache.get('key') : cache.getOrSet('key', async () => 'loaded'));
      return {
        ms: performance.now() - began,
        failed: (value ?? undefined) !== (method === 'get' ? undefined : 'loaded'),
      };
    } catch {
      return { ms: performance.now() - began, failed: true };
    }
  };
}

interface Situation {
  subject: SubjectName;
  redisUrl: string;
  method: Method;
  limitMs: number;
}

async function firstCall({ subject, redisUrl, method, limitMs }: Situation): Promise<{ ms: number; note: string }> {
  const child = await startChild<Method, FirstCall>(new URL(import.meta.url), { subject, redisUrl });
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), limitMs);
  try {
    const first = await Promise.race([child.ask(method), late.promise]);
    if (first === undefined) return { ms: limitMs, note: `no answer within ${limitMs / 1_000} s` };
    return { ms: first.ms, note: first.failed ? 'it failed' : '' };
  } catch {
    return { ms: limitMs, note: 'the process ended' };
  } finally {
    clearTimeout(timer);
    await child.stop();
  }
}

async function firstCalls(measure: string, times: number, situation: Situation): Promise<Row> {
  const samples: number[] = [];
  let note = '';
  for (let time = 0; time < times && (samples.at(-1) ?? 0) < situation.limitMs; time++) {
    const first = await firstCall(situation);
    samples.push(first.ms);
    note = first.note;
  }
  const value = median(samples);
  return { measure, subject: situation.subject, value, unit: 'ms', samples, ...(note === '' ? {} : { note }) };
}

/** The subjects wait side by side, but for their starts: nothing is computed meanwhile. */
export const redisDown: Measure = {
  name: 'redis-down',
  async run({ effort, chosen }) {
    const { times, limitMs } = efforts[effort];
    const gone = await listening(net.createServer());
    await gone.close();
    const silent = await listening(net.createServer(() => {}));
    const faults = { refuses: gone.port, 'is silent': silent.port };
    try {
      const running = Object.entries(faults).flatMap(([fault, port]) =>
        methods.flatMap((method) => {
          const redisUrl = `redis://127.0.0.1:${port}`;
          const measure = `first ${method}, Redis ${fault}`;
          return chosen(subjects).map((subject) => firstCalls(measure, times, { subject, redisUrl, method, limitMs }));
        }),
      );
      const rows = await Promise.all(running);
      return { rows, goals: goals(rows) };
    } finally {
      await silent.close();
    }
  },
};

function goals(rows: readonly Row[]): Goal[] {
  const ours = rows.filter(({ subject }) => subject === 'headroom');
  return ours.flatMap(({ measure, value, note }): Goal[] => {
    const holds = value <= 200 && note === undefined;
    const peer = rows.find((row) => row.measure === measure && row.subject === 'bentocache');
    const to = ratioGoal({ name: measure, measured: value, of: peer?.value, to: 'bentocache', atMost: 0.02 });
    return [{ name: measure, measured: value, goal: '<= 200 ms', holds }, ...to];
  });
}
