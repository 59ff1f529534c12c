import { startEngine } from '../../../lib/load/engine/engine.ts';
import type { IntervalReport } from '../../../lib/load/engine/report.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { GENERATOR_CORE, moveToCore } from '../load/cores.ts';
import { type ApiFigures, type ApiLoad, operationOf } from './operation.ts';

/** In the child: our own engine against our own API. */
export default async function work() {
  moveToCore(GENERATOR_CORE);
  return async ({ url, apiKey, operation, users, seconds }: ApiLoad): Promise<ApiFigures> => {
    const { name, method, path, body } = operationOf(operation);
    const { hostname, port } = new URL(url);
    const unique = '{{uuid()}}';
    const request = {
      name,
      method,
      path: path(unique),
      headers: { authorization: `Bearer ${apiKey}` },
      ...(body === undefined ? {} : { body: JSON.parse(JSON.stringify(body(unique))) }),
    };
    const reports: IntervalReport[] = [];
    const { requests, failed, connectionFailures, elapsedMs } = await startEngine(
      {
        target: { protocol: 'http:', hostname, port: Number(port) },
        scenarios: [{ name, weight: 1, requests: [request], isFlow: false, cookies: false, thinkTimeMs: 0 }],
        model: 'closed',
        stages: [{ seconds, from: users, to: users }],
        worker: 0,
        workers: 1,
        maxConnections: users,
        timeoutMs: 60_000,
        intervalMs: 1_000,
        seed: 1,
      },
      { startAtEpochMs: Date.now(), onInterval: (report) => reports.push(report) },
    ).outcome;
    if (failed + connectionFailures > 0)
      throw new Error(`${failed} of ${requests} requests failed: ${faultsOf(reports)}`);
    const serviceTime = new Sketch();
    for (const report of reports)
      for (const each of Object.values(report.scenarios)) serviceTime.merge(each.serviceTime);
    const percentile = (q: number): number => serviceTime.quantile(q) / 1_000;
    return {
      requestsPerSecond: requests / (elapsedMs / 1_000),
      p50: percentile(0.5),
      p95: percentile(0.95),
      p99: percentile(0.99),
    };
  };
}

const faultsOf = (reports: readonly IntervalReport[]): string =>
  JSON.stringify(reports.flatMap(({ scenarios, connectionFailures }) => [scenarios, connectionFailures])).slice(
    0,
    1_000,
  );
