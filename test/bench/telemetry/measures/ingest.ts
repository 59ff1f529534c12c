import type { TelemetryBatch } from '../../../../lib/contracts/telemetry.ts';
import type { Client } from '../../../../lib/sdk/client.ts';
import { startPlatform } from '../../../support/platform.ts';
import { endpointWindow, queryWindow, resourceWindow, telemetryWindow } from '../../../support/telemetry-batches.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { medianRow } from '../../frame/samples.ts';

const efforts = {
  full: { rounds: 5, seconds: 10 },
  quick: { rounds: 3, seconds: 3 },
  smoke: { rounds: 1, seconds: 0.3 },
};
const ENDPOINTS = 10;
const CONCURRENT = 16;
const GOAL_WINDOWS_PER_SECOND = 2_000;
/** As an SDK sends them after a minute without Headroom, and as it sends them otherwise. */
const batchSizes = [1, 6, 30];

/** A window of ten seconds of a small service. */
const windowAt = (start: number) =>
  telemetryWindow({
    start,
    endpoints: Array.from({ length: ENDPOINTS }, (_, index) =>
      endpointWindow(`GET /products/${'abcdefghij'[index]}/:id`, {
        timesMs: Array.from({ length: 40 }, (_, n) => 1 + ((n * 7919 + index * 31) % 97) / 3),
      }),
    ),
    queries: [queryWindow('SELECT * FROM products WHERE id = ?', { queries: 40, ms: 0.3 })],
    resources: resourceWindow(),
  });

/** Windows that the whole platform, on its embedded parts, says to be durable, per second. */
export const ingest: Measure = {
  name: 'ingest',
  async run({ effort, chosen }) {
    if (chosen(['headroom']).length === 0) return { rows: [], goals: [] };
    const { rounds, seconds } = efforts[effort];
    const platform = await startPlatform();
    try {
      await platform.client.call('putProject', {
        params: { project: 'bench' },
        body: { baseUrl: 'http://127.0.0.1:1' },
      });
      const rows = [];
      for (const size of batchSizes) {
        const rates: number[] = [];
        for (let round = -1; round < rounds; round++) {
          const rate = await takenPerSecond(platform.client, size, round < 0 ? seconds / 3 : seconds);
          if (round >= 0) rates.push(rate);
        }
        rows.push(medianRow(`ingest, ${size} windows a batch`, 'headroom', 'windows/s', rates));
      }
      const best = Math.max(...rows.map(({ value }) => value));
      const name = 'ingest on this machine';
      const goal = `>= ${GOAL_WINDOWS_PER_SECOND} windows/s`;
      return { rows, goals: [{ name, measured: best, goal, holds: best >= GOAL_WINDOWS_PER_SECOND }] };
    } finally {
      await platform.stop();
    }
  },
};

let instances = 0;

async function takenPerSecond(client: Client, size: number, seconds: number): Promise<number> {
  // Built before: it is the platform that is measured.
  const latest = Math.floor(Date.now() / 10_000 - 1) * 10_000;
  const windows = Array.from({ length: size }, (_, index) => windowAt(latest - index * 10_000));
  const begun = performance.now();
  let taken = 0;
  const lane = async (): Promise<void> => {
    const instance = `bench-${++instances}`;
    for (let sequence = 0; performance.now() - begun < seconds * 1_000; sequence++) {
      const body: TelemetryBatch = { instance, sequence, sdk: 'bench', windows, dropped: 0, errors: 0 };
      const { accepted } = await client.call('ingestTelemetry', { params: { project: 'bench' }, body });
      taken += accepted;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, lane));
  return taken / ((performance.now() - begun) / 1_000);
}
