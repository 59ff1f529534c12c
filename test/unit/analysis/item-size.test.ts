import { expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import { telemetryLimits } from '../../../lib/contracts/telemetry-limits.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import { aggregateOf, endpointWindow, noon, queryWindow, telemetryWindow } from '../../support/telemetry-batches.ts';

/** A character of three bytes in UTF-8. */
const long = (text: string, length: number) => text.padEnd(length, '漢');

it('fits into one item of the table, with queries and routes as long as they may be', () => {
  const routes = Array.from({ length: 30 }, (_, at) => `GET ${long(`/${at}`, telemetryLimits.route)}`);
  const windows = telemetryWindow({
    endpoints: routes.map((route) => endpointWindow(route, { requests: 20, ms: 8000 })),
    queries: routes.flatMap((endpoint, at) =>
      [0, 1, 2, 3].flatMap((kind) => {
        const text = long(`SELECT ${at} ${kind} FROM t WHERE a = ?`, telemetryLimits.fingerprint);
        return [endpoint, routes[(at + 1) % routes.length] ?? endpoint].map((caller) =>
          queryWindow(text, { endpoint: caller, queries: 20, ms: 900 }),
        );
      }),
    ),
  });
  const conclusions = analyse(aggregateOf([windows]), thresholdsInForce({ preset: 'production' }), {
    from: 0,
    to: noon,
  });
  expect(conclusions.bottlenecks.length).toBeGreaterThan(15);
  for (const { evidence } of conclusions.bottlenecks) expect(evidence.length).toBeLessThanOrEqual(4);
  // DynamoDB takes 400 KB; what else the item has is small.
  expect(Buffer.byteLength(JSON.stringify(conclusions))).toBeLessThan(350_000);
});
