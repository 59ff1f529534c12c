import { type Child, startChild } from '../frame/child.ts';
import { interleaved } from '../frame/interleaved.ts';
import type { Row } from '../frame/result.ts';
import type { Measure } from '../frame/run-bench.ts';
import { medianRow } from '../frame/samples.ts';
import { artillery } from './artillery.ts';
import { type ApiFigures, type ApiLoad, operations } from './operation.ts';
import { withPlatform } from './platform.ts';

const USERS = 8;
const efforts = {
  full: { rounds: 5, seconds: 5 },
  quick: { rounds: 1, seconds: 1 },
  smoke: { rounds: 1, seconds: 0.1 },
};
const subjects = ['headroom', 'artillery'] as const;
type Subject = (typeof subjects)[number];

const figures: readonly [keyof ApiFigures, string][] = [
  ['requestsPerSecond', 'requests/s'],
  ['p50', 'ms'],
  ['p95', 'ms'],
  ['p99', 'ms'],
];

function rowsOf(title: string, samples: Map<Subject, ApiFigures[]>): Row[] {
  return figures.flatMap(([figure, unit]) => {
    const measure = figure === 'requestsPerSecond' ? title : `${title}, ${figure}`;
    return Array.from(samples, ([subject, each]) =>
      medianRow(
        measure,
        subject,
        unit,
        each.map((one) => one[figure]),
      ),
    );
  });
}

/** Headroom's own API on this machine, under the load of both engines: the platform has both cores, the engine one of them. */
export const latencies: Measure = {
  name: 'latencies',
  async run({ effort, chosen }) {
    const { rounds, seconds } = efforts[effort];
    const names = chosen(subjects);
    const rows = await withPlatform(async (api) => {
      const child: Child<ApiLoad, ApiFigures> = await startChild(new URL('./headroom.ts', import.meta.url), {});
      const ask = (subject: Subject, load: ApiLoad): Promise<ApiFigures> =>
        subject === 'headroom' ? child.ask(load) : artillery(load);
      try {
        const all: Row[] = [];
        for (const { name, title } of operations) {
          const load = { ...api, operation: name, users: USERS };
          // The functions' code is warm from here on.
          await child.ask({ ...load, seconds: Math.min(1, seconds) });
          all.push(...rowsOf(title, await interleaved(names, rounds, (subject) => ask(subject, { ...load, seconds }))));
        }
        return all;
      } finally {
        await child.stop();
      }
    });
    return { rows, goals: [] };
  },
};
