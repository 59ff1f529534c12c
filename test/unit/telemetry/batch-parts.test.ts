import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { batchParts } from '../../../lib/telemetry/batch-parts.ts';
import { packWindows, unpackWindows } from '../../../lib/telemetry/model.ts';
import {
  endpointWindow,
  noon,
  queryWindow,
  requestRecord,
  resourceWindow,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

/** About as many bytes of JSON as said, in entries of some kilobytes. */
const largeWindow = (start: number, kilobytes: number): TelemetryWindow =>
  telemetryWindow({
    start,
    resources: resourceWindow(),
    endpoints: Array.from({ length: Math.ceil(kilobytes / 4) }, (_, index) => ({
      ...endpointWindow(`GET /${index}`, { requests: 1 }),
      route: `/${index}/${'x'.repeat(290)}`,
      responseTime: 'QUFB'.repeat(950),
    })),
  });

describe('dividing a batch', () => {
  it('makes one part of each minute', () => {
    const windows = [70, 65, 55, 10].map((secondsAgo) => telemetryWindow({ secondsAgo }));
    const parts = batchParts(windows);
    expect(parts.map(({ minute, part, begun }) => [minute, part, begun])).toEqual([
      ['2026-01-31T11:58', 0, 2],
      ['2026-01-31T11:59', 0, 2],
    ]);
  });

  it('keeps every part below what an item holds, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 1, maxLength: 3 }), (sizes) => {
        const windows = sizes.map((kilobytes, index) => largeWindow(noon - 40_000 + index * 10_000, kilobytes));
        const parts = batchParts(windows);
        for (const { windows: ofPart } of parts) expect(packWindows(ofPart).length).toBeLessThan(390_000);
        expect(parts.reduce((sum, { begun }) => sum + begun, 0)).toBe(windows.length);
        expect(new Set(parts.map(({ minute, part }) => `${minute} ${part}`)).size).toBe(parts.length);
        const routes = (list: readonly TelemetryWindow[]) =>
          list.flatMap(({ start, endpoints }) => endpoints.map(({ route }) => `${start} ${route}`));
        expect(routes(parts.flatMap((part) => part.windows))).toEqual(routes(windows));
        const told = parts.flatMap((part) => part.windows).filter(({ resources }) => resources !== undefined);
        expect(told).toHaveLength(windows.length);
      }),
      { numRuns: 30 },
    );
  });

  it('puts every list of a divided window back where it came from', () => {
    const text = 'SELECT '.padEnd(1900, 'x');
    const window = telemetryWindow({
      ...largeWindow(noon - 10_000, 300),
      start: noon - 10_000,
      queries: Array.from({ length: 100 }, (_, index) => queryWindow(`${text}${index}`, { queries: 1 })),
      slowRequests: [requestRecord({ responseTimeMs: 1 })],
      failedRequests: [requestRecord({ responseTimeMs: 2 })],
    });
    const divided = batchParts([window]).flatMap(({ windows }) => windows);
    expect(divided.length).toBeGreaterThan(1);
    expect(divided.flatMap(({ endpoints }) => endpoints)).toEqual(window.endpoints);
    expect(divided.flatMap(({ queries }) => queries)).toEqual(window.queries);
    expect(divided.flatMap(({ slowRequests }) => slowRequests)).toEqual(window.slowRequests);
    expect(divided.flatMap(({ failedRequests }) => failedRequests)).toEqual(window.failedRequests);
  });

  it('reads back what it packed', () => {
    const windows = [telemetryWindow({ endpoints: [endpointWindow('GET /ü')], resources: resourceWindow() })];
    expect(unpackWindows(packWindows(windows))).toEqual(windows);
  });
});
