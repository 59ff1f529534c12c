import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelemetryBatch } from '../../lib/contracts/telemetry.ts';
import type { Client } from '../../lib/sdk/client.ts';
import { processesOf } from '../support/processes-of.ts';
import { type StartedPlatform, startByCommand } from '../support/started-platform.ts';
import { endpointWindow, telemetryBatch, telemetryWindow } from '../support/telemetry-batches.ts';

const project = 'shop';
const lanes = 6;
const enough = 40;

/** Each has other numbers, so that one that is missing or counted twice shows. */
const batchOf = (instance: string, sequence: number, start: number): TelemetryBatch =>
  telemetryBatch({
    instance,
    sequence,
    windows: [
      telemetryWindow({ start, endpoints: [endpointWindow('GET /', { requests: 1 + (sequence % 7), ms: 5 })] }),
      telemetryWindow({
        start: start - 10_000,
        endpoints: [endpointWindow(`GET /${instance}`, { requests: 2, ms: 7 })],
      }),
    ],
  });

const requestsIn = ({ windows }: TelemetryBatch): number[] =>
  windows.map(({ endpoints }) => endpoints.reduce((sum, { statuses }) => sum + (statuses[200] ?? 0), 0));

describe('telemetry, when the platform is killed while it comes in', () => {
  let root: string;
  const platforms: StartedPlatform[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headroom-telemetry-crash-'));
  });
  afterEach(async () => {
    await Promise.all(platforms.splice(0).map((platform) => platform.end('SIGKILL')));
    rmSync(root, { recursive: true, force: true });
  });

  const start = async (name: string): Promise<StartedPlatform> => {
    const platform = await startByCommand(['--no-demo', '--data', join(root, 'data')], {
      readyFile: join(root, `${name}.json`),
    });
    platforms.push(platform);
    return platform;
  };

  it('is there exactly once as far as it was acknowledged, twice and out of order as it came', {
    timeout: 150_000,
  }, async () => {
    const before = await start('before');
    await before.client.call('putProject', { params: { project }, body: { baseUrl: 'http://127.0.0.1:9' } });
    const begun = Date.now();
    const windowStart = Math.floor(begun / 10_000 - 1) * 10_000;
    const sent: { batch: TelemetryBatch; acknowledged: boolean }[] = [];
    const send = async (client: Client, batch: TelemetryBatch): Promise<boolean> => {
      try {
        await client.call('ingestTelemetry', { params: { project }, body: batch });
        return true;
      } catch {
        return false;
      }
    };
    const acknowledged = Promise.withResolvers<void>();
    let isKilled = false;
    const lane = async (index: number): Promise<void> => {
      // From high numbers to low ones, each twice.
      for (let sequence = 500; !isKilled; sequence--) {
        const entry = { batch: batchOf(`lane-${index}`, sequence, windowStart), acknowledged: false };
        sent.push(entry);
        const [first, second] = await Promise.all([send(before.client, entry.batch), send(before.client, entry.batch)]);
        entry.acknowledged = first || second;
        if (sent.filter((each) => each.acknowledged).length >= enough) acknowledged.resolve();
      }
    };
    const sending = Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
    await acknowledged.promise;
    isKilled = true;
    await before.end('SIGKILL');
    await sending;
    await expect.poll(() => processesOf(root), { timeout: 15_000 }).toEqual([]);

    const after = await start('after');
    const minutes = Math.ceil((Date.now() - windowStart) / 60_000) + 2;
    const counted = async (): Promise<number> =>
      (await after.client.call('getMetrics', { params: { project }, query: { minutes } })).requests?.totalRequests ?? 0;
    const sumOf = (entries: readonly { batch: TelemetryBatch }[]): number =>
      entries.flatMap(({ batch }) => requestsIn(batch)).reduce((sum, requests) => sum + requests, 0);
    const found = await counted();
    expect(found).toBeGreaterThanOrEqual(sumOf(sent.filter((entry) => entry.acknowledged)));
    expect(found).toBeLessThanOrEqual(sumOf(sent));
    // As an SDK does with what was not acknowledged; and all the rest once more.
    for (const { batch } of sent.toReversed()) expect(await send(after.client, batch)).toBe(true);
    expect(await counted()).toBe(sumOf(sent));
  });
});
