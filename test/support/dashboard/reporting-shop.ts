import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import type { Client } from '../../../lib/sdk/client.ts';
import {
  endpointWindow,
  queryWindow,
  requestRecord,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../telemetry-batches.ts';

const windowMs = 10_000;

export interface ShopWindow {
  /** Of `GET /products`, in ms. */
  timesMs: number[];
  /** So many of them failed. */
  failed: number;
}

/**
 * Registers a project and reports for it, as the SDK of a service would have: one of its windows of ten seconds after the other, the
 * last of which is just over.
 */
export async function reportShop(client: Client, project: string, windows: readonly ShopWindow[]): Promise<void> {
  await client.call('putProject', { params: { project }, body: { baseUrl: 'http://127.0.0.1:9' } });
  const end = Math.floor(Date.now() / windowMs) * windowMs;
  const reported = windows.map((window, index): TelemetryWindow => {
    const start = end - (windows.length - index) * windowMs;
    return windowOf(start, window);
  });
  // Not more than the API takes at once.
  for (let sequence = 0; sequence * 30 < reported.length; sequence++) {
    const body = telemetryBatch({
      instance: 'shop-1',
      sequence,
      windows: reported.slice(sequence * 30, sequence * 30 + 30),
    });
    await client.call('ingestTelemetry', { params: { project }, body });
  }
}

const windowOf = (start: number, { timesMs, failed }: ShopWindow): TelemetryWindow => {
  const slowest = Math.max(...timesMs);
  const record = { at: new Date(start).toISOString(), route: '/products', url: '/products?page=2' };
  return telemetryWindow({
    start,
    endpoints: [
      endpointWindow('GET /products', {
        timesMs,
        failed,
        statuses: { 200: timesMs.length - failed, ...(failed === 0 ? {} : { 500: failed }) },
      }),
    ],
    queries: [
      queryWindow('SELECT * FROM products WHERE category = ?', {
        endpoint: 'GET /products',
        queries: timesMs.length,
        ms: 3,
      }),
    ],
    resources: resourceWindow(),
    slowRequests: [requestRecord({ ...record, responseTimeMs: slowest })],
    failedRequests: failed === 0 ? [] : [requestRecord({ ...record, status: 500, responseTimeMs: 12 })],
  });
};
