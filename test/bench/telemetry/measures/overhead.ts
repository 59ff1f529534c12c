import { startEngine } from '../../../../lib/load/engine/engine.ts';
import { interleaved } from '../../frame/interleaved.ts';
import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { median, medianRow } from '../../frame/samples.ts';
import { GENERATOR_CORE, moveToAllCores, moveToCore } from '../../load/cores.ts';
import { planFor } from '../../load/headroom.ts';
import { startSink } from '../sink.ts';
import { startWatched } from '../watched-service.ts';
import { type WatcherName, watcherNames, watchers } from '../watchers.ts';

const CONNECTIONS = 16;
const efforts = {
  full: { rounds: 9, warmUpSeconds: 3, seconds: 5 },
  quick: { rounds: 3, warmUpSeconds: 1, seconds: 1.5 },
  smoke: { rounds: 1, warmUpSeconds: 0.2, seconds: 0.3 },
};

export interface Sample {
  /** Of processor time, a request. */
  cpuUs: number;
  requestsPerSecond: number;
}

interface OverheadOptions {
  name: string;
  title: string;
  path: string;
  /** What else there is to say, of the samples of the same rounds. */
  judge: (samples: ReadonlyMap<WatcherName, Sample[]>) => { rows: Row[]; goals: Goal[] };
}

/** What it costs a service to be watched: each round starts it anew for each way, one after the other. */
export const overhead = ({ name, title, path, judge }: OverheadOptions): Measure => ({
  name,
  async run({ effort, chosen }) {
    const { rounds, warmUpSeconds, seconds } = efforts[effort];
    moveToCore(GENERATOR_CORE);
    const sink = await startSink();
    const sample = async (watcher: WatcherName): Promise<Sample> => {
      const service = await startWatched(watchers[watcher], sink.url);
      try {
        const url = `http://127.0.0.1:${service.port}`;
        await load(url, path, warmUpSeconds);
        const before = await service.usage();
        const { requests, elapsedMs } = await load(url, path, seconds);
        const after = await service.usage();
        return { cpuUs: (after.cpuUs - before.cpuUs) / requests, requestsPerSecond: requests / (elapsedMs / 1_000) };
      } finally {
        await service.stop();
      }
    };
    try {
      const samples = await interleaved(chosen(watcherNames), rounds, sample);
      const rows = [...samples].map(([watcher, taken]) => ({
        ...medianRow(
          `${title}, processor time a request`,
          watcher,
          'us',
          taken.map(({ cpuUs }) => cpuUs),
        ),
        note: `${Math.round(median(taken.map(({ requestsPerSecond }) => requestsPerSecond)))} requests/s`,
      }));
      const { rows: more, goals } = judge(samples);
      return { rows: [...rows, ...more], goals };
    } finally {
      sink.stop();
      moveToAllCores();
    }
  },
});

async function load(url: string, path: string, seconds: number): Promise<{ requests: number; elapsedMs: number }> {
  const plan = planFor(url, { model: 'closed', level: CONNECTIONS, seconds, connections: CONNECTIONS });
  const scenario = { weight: 1, isFlow: false, cookies: false, thinkTimeMs: 0, name: 'one' };
  const { requests, failed, connectionFailures, elapsedMs } = await startEngine(
    { ...plan, scenarios: [{ ...scenario, requests: [{ name: 'one', method: 'GET', path }] }] },
    { startAtEpochMs: Date.now(), onInterval: () => {} },
  ).outcome;
  if (failed + connectionFailures > 0)
    throw new Error(`${failed} requests and ${connectionFailures} connections failed`);
  return { requests, elapsedMs };
}

/** Of each round the difference, or ratio, to another way to watch: what the machine did meanwhile falls on both. */
export const paired = (
  samples: ReadonlyMap<WatcherName, Sample[]>,
  [one, other]: readonly [WatcherName, WatcherName],
  compare: (one: Sample, other: Sample) => number,
): number[] => {
  const others = samples.get(other) ?? [];
  return (samples.get(one) ?? []).flatMap((sample, round) => {
    const beside = others[round];
    return beside === undefined ? [] : [compare(sample, beside)];
  });
};
