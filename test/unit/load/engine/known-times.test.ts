import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Sketch } from '../../../../lib/statistics/sketch.ts';
import { planFor, run, totalsOf } from '../../../support/engine-run.ts';
import type { ServedRequest } from '../../../support/stand-ins/drawn-times-server.ts';

const quantiles = [0.5, 0.75, 0.9, 0.95, 0.99] as const;
const arrivalsPerSecond = 100;
const requests = 500;
/**
 * What a process waits for a processor between an answer and its own look at the clock is in its figures and not in the other's.
 * The times are long enough for that to be little, even on a busy machine; a run whose generator says that it was late by more
 * than this is made again.
 */
const lateMs = 10;
const mostRuns = 3;

it('reports the times of the server’s own log, from the real send and, with its stall, from the intended one', async () => {
  for (let runs = 1; ; runs++) {
    const { faults, lagMaxMs, serviceTime, responseTime } = await runOnce();
    if (faults.length > 0 && lagMaxMs > lateMs && runs < mostRuns) continue;
    expect(faults, `the generator was up to ${lagMaxMs} ms late`).toEqual([]);
    // One in five came when the server stood still, and waited for it, unsent, or for those who had waited before.
    expect(responseTime.quantile(0.75)).toBeGreaterThan(1.4 * serviceTime.quantile(0.75));
    return;
  }
});

async function runOnce() {
  const server = fork(join(import.meta.dirname, '../../../support/stand-ins/drawn-times-server.ts'), { execArgv: [] });
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const durationSeconds = requests / arrivalsPerSecond;
    // So few connections that who comes in the stall must wait for one: what a test from the real send never sees.
    const plan = planFor(port, { arrivalsPerSecond, durationSeconds, maxConnections: 64 });
    const startAtEpochMs = Date.now() + 50;
    const { reports } = await run(plan, { startAtEpochMs });
    server.send('log');
    const [{ log }] = (await once(server, 'message')) as [{ log: ServedRequest[] }];

    const { serviceTime, responseTime, ...totals } = totalsOf(reports);
    expect([totals.requests, log.length]).toEqual([requests, requests]);
    // First come, first served: the nth request is that of the nth arrival.
    const intendedAt = (n: number): number => startAtEpochMs + (1000 * n) / arrivalsPerSecond;
    const served = log.map(({ receivedAt, answeredAt }) => answeredAt - receivedAt);
    const awaited = log.map(({ answeredAt }, n) => answeredAt - intendedAt(n));
    const faults = [
      ...faultsOf('service time', serviceTime, served),
      ...faultsOf('response time', responseTime, awaited),
    ];
    const lagMaxMs = Math.max(...reports.map(({ generator }) => generator.lagMaxMs));
    return { faults, lagMaxMs, serviceTime, responseTime };
  } finally {
    server.disconnect();
    await once(server, 'exit');
  }
}

/** The percentiles that are off by more than 2 % and more than half a millisecond. */
function faultsOf(what: string, reported: Sketch, timesMs: readonly number[]): string[] {
  const ascending = timesMs.toSorted((a, b) => a - b);
  return quantiles.flatMap((q) => {
    // Of rank ceil(q n), as sketches have it.
    const exactMs = ascending[Math.ceil(q * ascending.length) - 1] ?? Number.NaN;
    const reportedMs = reported.quantile(q) / 1000;
    return Math.abs(reportedMs - exactMs) <= Math.max(0.5, 0.02 * exactMs)
      ? []
      : [`${what}: p${100 * q} is ${reportedMs} ms, and ${exactMs} ms by the server's log`];
  });
}
