import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { planFor, run, scenario, totalsOf } from '../../../support/engine-run.ts';
import { type Listening, listening } from '../../../support/listening.ts';

let target: Listening;
afterEach(() => target.close());

describe('the open model', () => {
  it('shows a stall of the target in the response time of all who had to wait, where the service time hides it', async () => {
    const stallMs = 300;
    let requests = 0;
    target = await listening(
      http.createServer((_, response) => {
        requests++;
        if (requests === 50) setTimeout(() => response.end(), stallMs);
        else response.end();
      }),
    );
    const { outcome, reports } = await run(
      planFor(target.port, { arrivalsPerSecond: 200, maxConnections: 1, durationSeconds: 1 }),
    );
    // On a busy machine the last ones may find the connection still taken when the test ends.
    expect(outcome.successful + outcome.droppedArrivals).toBe(200);
    expect(outcome.droppedArrivals).toBeLessThan(20);
    const { responseTime, serviceTime } = totalsOf(reports);
    const above = (sketch: typeof responseTime, ms: number): number =>
      [...sketch.buckets()].reduce((sum, [lower, , count]) => sum + (lower >= ms * 1000 ? count : 0), 0);
    // 200/s for 300 ms: 60 requests were due meanwhile, evenly over it, and one was being served.
    expect(above(serviceTime, 100)).toBe(1);
    expect(above(responseTime, 100)).toBeGreaterThanOrEqual(38);
    expect(responseTime.quantile(0.95)).toBeGreaterThan(200_000);
    expect(serviceTime.quantile(0.95)).toBeLessThan(100_000);
  });

  it('accounts for every arrival when the target cannot keep up', async () => {
    let requests = 0;
    target = await listening(
      http.createServer((_, response) => {
        requests++;
        setTimeout(() => response.end(), 20);
      }),
    );
    const { outcome, reports } = await run(
      planFor(target.port, { arrivalsPerSecond: 400, maxConnections: 2, durationSeconds: 0.5 }),
    );
    expect(outcome.requests).toBe(requests);
    expect(requests).toBeLessThan(80);
    expect(outcome.requests + outcome.connectionFailures + outcome.droppedArrivals).toBe(200);
    expect(Math.max(...reports.map(({ activeUsers }) => activeUsers))).toBe(2);
  });

  it('accounts for the arrivals between its last look at the clock and the end', async () => {
    target = await listening(http.createServer((_, response) => response.end()));
    const { outcome } = await run(
      planFor(target.port, { arrivalsPerSecond: 5000, maxConnections: 40, durationSeconds: 0.2 }),
    );
    expect(outcome.requests + outcome.connectionFailures + outcome.droppedArrivals).toBe(1000);
  });

  it('accounts for every arrival that was due when it is stopped', async () => {
    const stop = new AbortController();
    target = await listening(http.createServer(() => stop.abort()));
    const { outcome } = await run(
      planFor(target.port, { arrivalsPerSecond: 1000, maxConnections: 1, durationSeconds: 60 }),
      {
        signal: stop.signal,
      },
    );
    expect(outcome).toMatchObject({ reason: 'aborted', requests: 1, failed: 1 });
    expect(outcome.droppedArrivals).toBeLessThan(1000);
  });

  it('keeps to its times: arrivals reach the target evenly', async () => {
    const seen: number[] = [];
    target = await listening(
      http.createServer((_, response) => {
        seen.push(performance.now());
        response.end();
      }),
    );
    const plan = planFor(target.port, {
      arrivalsPerSecond: 500,
      maxConnections: 20,
      durationSeconds: 1,
      scenarios: [scenario('/')],
    });
    const { reports } = await run(plan);
    expect(seen.length).toBe(500);
    // Rough, since the machine may be busy with other tests: but a burst and a silence it must not be.
    const middle = (seen[0] ?? 0) + 500;
    const inFirstHalf = seen.filter((at) => at < middle).length;
    expect(Math.abs(inFirstHalf - 250)).toBeLessThan(100);
    const lags = reports.flatMap(({ generator }) => (generator.lag.count > 0 ? [generator.lag.quantile(0.5)] : []));
    expect(lags.toSorted((a, b) => a - b)[Math.floor(lags.length / 2)]).toBeLessThan(10_000);
  });
});
