import { expect, it } from 'vitest';
import { StatusCounts } from '../../../lib/sdk/telemetry/status-counts.ts';

it('counts a status that HTTP does not have as no answer', () => {
  const statuses = new StatusCounts();
  for (const status of [200, 503, 0, 99, 1_000, Number.NaN]) statuses.count(status);
  expect(statuses.byStatus).toEqual({ 200: 1, 503: 1 });
  expect(statuses.failed).toBe(5);
});
