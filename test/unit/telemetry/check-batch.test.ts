import { describe, expect, it } from 'vitest';
import type { TelemetryBatch } from '../../../lib/contracts/telemetry.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { windowsToKeep } from '../../../lib/telemetry/check-batch.ts';
import {
  endpointWindow,
  noon,
  queryWindow,
  sketchOf,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

const refusal = (batch: TelemetryBatch): DomainError => {
  try {
    windowsToKeep(batch, noon);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('the batch was taken');
};

const hourMs = 3_600_000;

describe('checking a batch', () => {
  it('takes clocks that are a little ahead, and refuses those that are wrong', () => {
    const until = (seconds: number, durationMs = 10_000) =>
      telemetryBatch({
        windows: [telemetryWindow(), telemetryWindow({ start: noon + seconds * 1000 - durationMs, durationMs })],
      });
    expect(windowsToKeep(until(30), noon)).toHaveLength(2);
    for (const tooFar of [until(31), until(31, 600_000), until(600, 600_000)]) {
      expect(refusal(tooFar).code).toBe('invalid-request');
      expect(refusal(tooFar).fieldErrors).toEqual([
        {
          path: 'body.windows.1.start',
          message: 'with durationMs ends more than 30 seconds in the future: set the clock of the machine that sent it',
        },
      ]);
    }
  });

  it('leaves out what comes too late, and says so when nothing is left', () => {
    const old = telemetryWindow({ start: noon - 5 * hourMs - 61_000 });
    const fresh = telemetryWindow();
    expect(windowsToKeep(telemetryBatch({ windows: [old, fresh] }), noon)).toEqual([fresh]);
    expect(refusal(telemetryBatch({ windows: [old] })).message).toContain('more than 5 hours ago');
  });

  it('leaves out a minute as a whole, so that what is kept of a batch does not depend on when it comes', () => {
    const halfPast = noon + 30_000;
    const inOldestMinute = [10_000, 50_000].map((ms) => telemetryWindow({ start: noon - 5 * hourMs + ms }));
    const next = telemetryWindow({ start: noon - 5 * hourMs + 60_000 });
    expect(windowsToKeep(telemetryBatch({ windows: [...inOldestMinute, next] }), halfPast)).toEqual([next]);
  });

  it.each([
    ['endpoints.0.responseTime', { endpoints: [{ ...endpointWindow('GET /'), responseTime: 'AAAA' }] }],
    ['endpoints.0.statuses', { endpoints: [endpointWindow('GET /', { requests: 2, statuses: { 200: 3 } })] }],
    ['endpoints.0.failed', { endpoints: [endpointWindow('GET /', { requests: 2, failed: 3 })] }],
    [
      'queries.0.queryTime',
      { queries: [{ ...queryWindow('SELECT 1'), queryTime: `${sketchOf([1]).slice(0, -4)}AAAA` }] },
    ],
  ])('refuses a batch whose %s cannot be merged', (field, content) => {
    const error = refusal(telemetryBatch({ windows: [telemetryWindow(), telemetryWindow(content)] }));
    expect(error.code).toBe('invalid-request');
    expect(error.fieldErrors?.map(({ path }) => path)).toEqual([`body.windows.1.${field}`]);
  });

  it('refuses a sketch of more values than sums could hold exactly', () => {
    const huge = new Sketch();
    huge.record(1000, 1e12 + 1);
    const endpoint = { ...endpointWindow('GET /'), responseTime: huge.toBase64() };
    const batch = telemetryBatch({ windows: [telemetryWindow({ endpoints: [endpoint] })] });
    expect(refusal(batch).message).toMatch(/endpoints\.0\.responseTime: is not a sketch/);
  });

  it('refuses more than a batch may have, and names the limit', () => {
    const queries = Array.from({ length: 200 }, (_, index) => queryWindow(`SELECT ${index}`.padEnd(2000, ' x')));
    const window = telemetryWindow({ queries });
    expect(windowsToKeep(telemetryBatch({ windows: [window, window] }), noon)).toHaveLength(2);
    const error = refusal(telemetryBatch({ windows: [window, window, window] }));
    expect(error.code).toBe('payload-too-large');
    expect(error.message).toContain('1000000 bytes');
  });
});
