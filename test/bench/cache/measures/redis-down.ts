import net from 'node:net';
import { listening } from '../../../support/listening.ts';
import { type Child, startChild } from '../../frame/child.ts';
import { type Goal, type Row, ratioGoal } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { medianRow } from '../../frame/samples.ts';
import { openSubject, type SubjectName } from '../subject.ts';

const efforts = {
  full: { times: 2, limitMs: 20_000 },
  quick: { times: 1, limitMs: 12_000 },
  smoke: { times: 1, limitMs: 500 },
};
const subjects: SubjectName[] = ['bentocache', 'headroom', 'cacheable', 'cache-manager', 'layered-loader'];
const methods = ['get', 'getOrSet'] as const;
type Method = (typeof methods)[number];

interface FirstCall {
  /** Until the cache was there to be called. */
  openMs: number;
  ms: number;
  /** It was not answered as it should be. */
  failed: boolean;
}

/** In the child: the first call of an instance, whose loader takes no time. */
export default async function work({ subject, redisUrl }: { subject: SubjectName; redisUrl: string }) {
  // So its code has been read.
  await openSubject(subject, { name: 'without', memory: true });
  return async (method: Method): Promise<FirstCall> => {
    const openedAt = performance.now();
    const cache = await openSubject(subject, { name: 'down', memory: true, redisUrl });
    const began = performance.now();
    const openMs = began - openedAt;
    try {
      const value = await (method === 'get' ? cache.get('key') : cache.getOrSet('key', async () => 'loaded'));
      return {
        openMs,
        ms: performance.now() - began,
        failed: (value ?? undefined) !== (method === 'get' ? undefined : 'loaded'),
      };
    } catch {
      return { openMs, ms: performance.now() - began, failed: true };
    }
  };
}

interface Situation {
  measure: string;
  subject: SubjectName;
  redisUrl: string;
  method: Method;
}

interface Outcome {
  ms: number;
  note: string;
}

type FirstCaller = Child<Method, FirstCall>;

async function firstCall(child: FirstCaller, method: Method, limitMs: number): Promise<Outcome> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), limitMs);
  try {
    const first = await Promise.race([child.ask(method), late.promise]);
    if (first === undefined) return { ms: limitMs, note: `no answer within ${limitMs / 1_000} s` };
    if (first.failed) return { ms: first.ms, note: 'it failed' };
    return { ms: first.ms, note: first.openMs < 100 ? '' : `after ${Math.round(first.openMs)} ms to connect` };
  } catch {
    return { ms: limitMs, note: 'the process ended' };
  } finally {
    clearTimeout(timer);
  }
}

/** All processes have been started before the first is asked; then they wait side by side, which takes no computing. */
async function firstCalls(situations: readonly Situation[], limitMs: number): Promise<Outcome[]> {
  const children: FirstCaller[] = [];
  try {
    for (const { subject, redisUrl } of situations) {
      children.push(await startChild(new URL(import.meta.url), { subject, redisUrl }));
    }
    return await Promise.all(
      situations.map(async ({ method }, at) => {
        const child = children[at];
        if (child === undefined) throw new Error('there is a child for each situation');
        return firstCall(child, method, limitMs);
      }),
    );
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

export const redisDown: Measure = {
  name: 'redis-down',
  async run({ effort, chosen }) {
    const { times, limitMs } = efforts[effort];
    const gone = await listening(net.createServer());
    await gone.close();
    const silent = await listening(net.createServer(() => {}));
    const faults = { refuses: gone.port, 'is silent': silent.port };
    const situations = Object.entries(faults).flatMap(([fault, port]) =>
      methods.flatMap((method) =>
        chosen(subjects).map((subject): Situation => {
          return { measure: `first ${method}, Redis ${fault}`, subject, redisUrl: `redis://127.0.0.1:${port}`, method };
        }),
      ),
    );
    try {
      const rounds: Outcome[][] = [];
      for (let time = 0; time < times; time++) rounds.push(await firstCalls(situations, limitMs));
      const rows = situations.map(({ measure, subject }, at): Row => {
        const outcomes = rounds.flatMap((round) => round[at] ?? []);
        const note = outcomes.at(-1)?.note ?? '';
        const samples = outcomes.map(({ ms }) => ms);
        return { ...medianRow(measure, subject, 'ms', samples), ...(note === '' ? {} : { note }) };
      });
      return { rows, goals: goals(rows) };
    } finally {
      await silent.close();
    }
  },
};

function goals(rows: readonly Row[]): Goal[] {
  const ours = rows.filter(({ subject }) => subject === 'headroom');
  return ours.flatMap(({ measure, value, note }): Goal[] => {
    const holds = value <= 200 && note !== 'it failed';
    const peer = rows.find((row) => row.measure === measure && row.subject === 'bentocache');
    const to = ratioGoal({ name: measure, measured: value, of: peer?.value, to: 'bentocache', atMost: 0.02 });
    return [{ name: measure, measured: value, goal: '<= 200 ms', holds }, ...to];
  });
}
