import { startEngine } from '../../../../lib/load/engine/engine.ts';
import { startChild } from '../../frame/child.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { medianRow } from '../../frame/samples.ts';
import { GENERATOR_CORE, moveToCore } from '../cores.ts';
import { planFor } from '../headroom.ts';
import { withTarget } from '../target.ts';

const ARRIVALS_A_SECOND = 5_000;
const CONNECTIONS = 64;
const efforts = {
  full: { rounds: 7, seconds: 5 },
  quick: { rounds: 3, seconds: 1 },
  smoke: { rounds: 1, seconds: 0.3 },
};

interface Argument {
  url: string;
  seconds: number;
}

interface Pacing {
  /** Of the time between when a request was due and when it was sent. */
  deviationMs: number;
  corePercent: number;
  /** Requests that were due and for which no connection came free before the end. */
  dropped: number;
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** In the child. */
export default async function work() {
  moveToCore(GENERATOR_CORE);
  return async ({ url, seconds }: Argument): Promise<Pacing> => {
    const lateMs = new Float64Array(Math.ceil(ARRIVALS_A_SECOND * seconds));
    let sent = 0;
    const before = process.cpuUsage();
    const { failed, connectionFailures, elapsedMs, droppedArrivals } = await startEngine(
      planFor(url, { model: 'open', level: ARRIVALS_A_SECOND, seconds, connections: CONNECTIONS }),
      {
        startAtEpochMs: Date.now() + 50,
        onInterval: () => {},
        dumpSample: ({ responseTimeUs, serviceTimeUs }) => {
          lateMs[sent++] = (responseTimeUs - serviceTimeUs) / 1_000;
        },
      },
    ).outcome;
    const { user, system } = process.cpuUsage(before);
    if (failed + connectionFailures > 0)
      throw new Error(`${failed} requests and ${connectionFailures} connections failed`);
    return {
      deviationMs: standardDeviation(lateMs.subarray(0, sent)),
      corePercent: (user + system) / elapsedMs / 10,
      dropped: droppedArrivals,
    };
  };
}

/** How well the open model keeps its times, and what that costs. */
export const pacing: Measure = {
  name: 'pacing',
  async run({ effort, chosen }) {
    if (chosen(['headroom']).length === 0) return { rows: [], goals: [] };
    const { rounds, seconds } = efforts[effort];
    const title = `pacing at ${ARRIVALS_A_SECOND}/s`;
    const samples = await withTarget(false, async ({ url }) => {
      const child = await startChild<Argument, Pacing>(new URL(import.meta.url), {});
      try {
        await child.ask({ url, seconds: Math.min(1, seconds) });
        const taken: Pacing[] = [];
        for (let round = 0; round < rounds; round++) taken.push(await child.ask({ url, seconds }));
        return taken;
      } finally {
        await child.stop();
      }
    });
    const deviation = medianRow(
      `${title}, deviation of the send`,
      'headroom',
      'ms',
      samples.map(({ deviationMs }) => deviationMs),
    );
    const core = medianRow(
      `${title}, share of a core`,
      'headroom',
      '%',
      samples.map(({ corePercent }) => corePercent),
    );
    const dropped = samples.reduce((sum, each) => sum + each.dropped, 0);
    if (dropped > 0) deviation.note = `${dropped} requests were due and never sent`;
    const goal = (row: typeof deviation, atMost: number) => ({
      name: row.measure,
      measured: row.value,
      goal: `<= ${atMost} ${row.unit}`,
      holds: row.value <= atMost && dropped === 0,
    });
    return { rows: [deviation, core], goals: [goal(deviation, 0.5), goal(core, 15)] };
  },
};
