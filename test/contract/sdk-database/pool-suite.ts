import { afterEach, describe, expect, it } from 'vitest';
import { poolWindow } from '../../../lib/contracts/telemetry.ts';
import { monitorPool, type PoolMonitor } from '../../../lib/sdk/database.ts';
import { windowSources } from '../../../lib/sdk/telemetry/sources.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';

/** A pool of at most two connections. */
export interface OpenedPool {
  readonly pool: object;
  /** Resolves, once there is a connection, with what gives it back. */
  take(): Promise<() => unknown>;
  /** Something that comes back the same whether the pool is watched or not. */
  ask(): Promise<unknown>;
  end(): Promise<unknown>;
}

export interface PoolKind {
  readonly system: string;
  /** Of the server; undefined: there is none. */
  readonly url: () => string | undefined;
  /** @param timeoutMs after which callers give up, where the driver knows that */
  open(url: string | undefined, timeoutMs: number): OpenedPool;
  /** What says that callers gave up; the driver does not know that when left out. */
  readonly timeout?: RegExp;
  /** Which the tests can make unreachable. */
  readonly hasServer: boolean;
}

/** The window of the only pool that is watched. */
export function closeWindow(): ReturnType<typeof poolWindow.parse> {
  const pools = [...windowSources].flatMap((source) => source.close().pools ?? []);
  expect(pools).toHaveLength(1);
  return poolWindow.parse(pools[0]);
}

const methodsOf = (pool: object): string[] => Object.getOwnPropertyNames(pool).toSorted();

/** What holds for every pool of connections that are given out and given back. */
export function describePool(name: string, kind: PoolKind): void {
  describe(`monitorPool of ${name}`, () => {
    let proxy: LossyProxy | undefined;
    let opened: OpenedPool;
    let monitor: PoolMonitor;

    const open = async (options: { healthCheckMs?: number; timeoutMs?: number } = {}): Promise<void> => {
      const { timeoutMs = 30_000, ...rest } = options;
      const url = kind.url();
      if (url !== undefined) proxy = await startLossyProxy(url);
      const own = url === undefined || proxy === undefined ? undefined : new URL(url);
      if (own !== undefined && proxy !== undefined) own.port = String(proxy.port);
      opened = kind.open(own?.href, timeoutMs);
      monitor = monitorPool(opened.pool, { name: 'main', ...rest });
    };

    afterEach(async () => {
      monitor.stop();
      await opened.end();
      await proxy?.close();
      proxy = undefined;
    });

    it('tells what is open, in use and awaited, and how long callers waited', async () => {
      await open();
      expect(monitor.stats()).toMatchObject({ pool: 'main', system: kind.system, size: 2, open: 0, inUse: 0 });
      const releases = [await opened.take(), await opened.take()];
      expect(monitor.stats()).toMatchObject({ open: 2, inUse: 2, waiting: 0, created: 2, acquired: 2 });
      const third = opened.take();
      await expect.poll(() => monitor.stats()).toMatchObject({ inUse: 2, waiting: 1, peakWaiting: 1, acquired: 2 });
      await releases[0]?.();
      releases[0] = await third;
      expect(monitor.stats()).toMatchObject({ inUse: 2, waiting: 0, peakWaiting: 1, acquired: 3 });
      for (const release of releases) await release();
      await expect
        .poll(() => monitor.stats())
        .toMatchObject({ open: 2, inUse: 0, peakInUse: 2, errors: 0, timeouts: 0 });
      expect(monitor.stats().avgWaitMs).toBeGreaterThan(0);
      expect(monitor.stats().oldestConnectionSeconds).toBeGreaterThan(0);
    });

    it('reports each window on its own, within the contract', async () => {
      await open();
      const release = await opened.take();
      const first = closeWindow();
      expect(first).toMatchObject({
        pool: 'main',
        system: kind.system,
        size: 2,
        open: 1,
        inUse: 1,
        created: 1,
        checks: 0,
      });
      expect(Sketch.fromBase64(first.waitTime ?? '').count).toBe(1);
      await release();
      await expect.poll(() => monitor.stats().inUse).toBe(0);
      const second = closeWindow();
      expect(second).toMatchObject({ open: 1, inUse: 0, peakInUse: 1, created: 0 });
      expect(second.waitTime).toBeUndefined();
      expect(closeWindow()).toMatchObject({ peakInUse: 0, peakWaiting: 0 });
      expect(monitor.stats()).toMatchObject({ created: 1, acquired: 1, peakInUse: 1 });
    });

    it('changes nothing of what the pool does, and nothing is left of it when it is stopped', async () => {
      await open();
      const watchedAnswer = await opened.ask();
      expect(monitorPool(opened.pool)).toBe(monitor);
      monitor.stop();
      const own = methodsOf(opened.pool);
      expect(await opened.ask()).toEqual(watchedAnswer);
      const again = monitorPool(opened.pool);
      again.stop();
      again.stop();
      expect(methodsOf(opened.pool)).toEqual(own);
      const { acquired } = monitor.stats();
      await opened.ask();
      expect(monitor.stats().acquired).toBe(acquired);
      expect([...windowSources].flatMap((source) => source.close().pools ?? [])).toEqual([]);
    });

    it('is reported for the last time when the pool has ended', async () => {
      await open();
      await opened.ask();
      await opened.end();
      await expect.poll(() => monitor.stats().open).toBe(0);
      closeWindow();
      expect([...windowSources].flatMap((source) => source.close().pools ?? [])).toEqual([]);
    });

    it('checks that a connection works', async () => {
      await open({ healthCheckMs: 100 });
      await opened.ask();
      await expect.poll(() => monitor.stats().checks).toBeGreaterThan(1);
      expect(monitor.stats()).toMatchObject({ failedChecks: 0, inUse: 0 });
      expect(monitor.stats().avgCheckMs).toBeGreaterThan(0);
      if (proxy === undefined) return;
      proxy.isDown = true;
      await expect.poll(() => monitor.stats().failedChecks).toBeGreaterThan(0);
      expect(closeWindow().failedChecks).toBeGreaterThan(0);
      // What did not answer is not given to anybody.
      await expect.poll(() => monitor.stats().open).toBe(0);
      proxy.isDown = false;
      await expect
        .poll(() =>
          opened.ask().then(
            () => true,
            () => false,
          ),
        )
        .toBe(true);
    });

    it('does not check while all connections are in use', async () => {
      await open({ healthCheckMs: 100 });
      const releases = [await opened.take(), await opened.take()];
      const { checks } = monitor.stats();
      await new Promise((resolve) => setTimeout(resolve, 250));
      expect(monitor.stats()).toMatchObject({ checks, waiting: 0 });
      for (const release of releases) await release();
    });

    if (kind.timeout !== undefined)
      it('counts callers that gave up', async () => {
        await open({ timeoutMs: 500 });
        const releases = [await opened.take(), await opened.take()];
        await expect(opened.take()).rejects.toThrow(kind.timeout);
        expect(monitor.stats()).toMatchObject({ timeouts: 1, errors: 0, waiting: 0, acquired: 2 });
        for (const release of releases) await release();
      });

    if (kind.hasServer)
      it('counts connections that could not be had', async () => {
        await open({ timeoutMs: 500 });
        if (proxy !== undefined) proxy.isDown = true;
        await expect(opened.take()).rejects.toThrow();
        const { errors, timeouts } = monitor.stats();
        expect(errors + timeouts).toBeGreaterThan(0);
        expect(monitor.stats().acquired).toBe(0);
      });
  });
}
