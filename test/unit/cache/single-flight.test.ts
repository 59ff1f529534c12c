import { describe, expect, it } from 'vitest';
import { SingleFlight } from '../../../lib/cache/library/single-flight.ts';

interface Load {
  load: () => Promise<string>;
  calls: () => number;
  end: (value: string) => void;
  fail: (error: Error) => void;
}

function heldLoad(): Load {
  let calls = 0;
  let end: (value: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const result = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const load = (): Promise<string> => {
    calls++;
    return result;
  };
  return { load, calls: () => calls, end, fail };
}

describe('SingleFlight', () => {
  it('loads once for all who ask meanwhile', async () => {
    const flights = new SingleFlight<string>();
    const { load, calls, end } = heldLoad();
    const asked = Array.from({ length: 1_000 }, () => flights.run('a', 0, 0, load));
    const other = flights.run('b', 0, 0, async () => 'another');
    expect(flights.size).toBe(2);
    end('loaded');
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['loaded']));
    expect([await other, calls(), flights.size]).toEqual(['another', 1, 0]);
    expect(await flights.run('a', 0, 0, async () => 'again')).toBe('again');
  });

  it('is nobody to join for those who know of an invalidation after its beginning', async () => {
    const flights = new SingleFlight<string>();
    const [old, fresh] = [heldLoad(), heldLoad()];
    const before = flights.run('a', 3, 5, old.load);
    expect([flights.joins('a', 5), flights.joins('a', 6)]).toEqual([true, false]);
    const after = flights.run('a', 6, 6, fresh.load);
    old.end('old');
    expect(await before).toBe('old');
    // The overtaken load must not take the newer one with it.
    expect(flights.joins('a', 6)).toBe(true);
    const joined = flights.run('a', 6, 7, heldLoad().load);
    fresh.end('new');
    expect([await after, await joined, flights.size]).toEqual(['new', 'new', 0]);
  });

  it('keeps overtaken loads apart that began in the same turn', async () => {
    const flights = new SingleFlight<string>();
    const [old, fresh] = [heldLoad(), heldLoad()];
    const before = flights.run('a', 0, 0, old.load);
    const after = flights.run('a', 1, 1, fresh.load);
    old.end('old');
    expect([await before, flights.joins('a', 1)]).toEqual(['old', true]);
    fresh.end('new');
    expect([await after, flights.size]).toEqual(['new', 0]);
  });

  it('fails for all who asked, and loads anew for the next, also when the load throws at once', async () => {
    const flights = new SingleFlight<string>();
    const thrown = (): Promise<string> => {
      throw new Error('at once');
    };
    const asked = [flights.run('a', 0, 0, thrown), flights.run('a', 0, 0, thrown)];
    for (const each of asked) await expect(each).rejects.toThrow('at once');
    expect(await flights.run('a', 0, 0, async () => 'fine')).toBe('fine');
    expect(flights.size).toBe(0);
  });

  it('is for one who is cut off only to join when it is recent: begun since the call, or within the bound', async () => {
    let now = 0;
    const flights = new SingleFlight<string>(() => now);
    const { load, end } = heldLoad();
    const running = flights.run('a', 0, 0, load);
    now = 100;
    const order = flights.begun;
    expect(flights.joins('a', 0, { order, afterMs: 100 })).toBe(false);
    expect(flights.joins('a', 0, { order, afterMs: -1 })).toBe(true);
    expect(flights.joins('a', 0, { order: 0, afterMs: 100 })).toBe(true);
    end('loaded');
    await running;
  });

  it('is not joined any more when a value was set meanwhile, which is forgotten when no load runs', async () => {
    const flights = new SingleFlight<string>();
    const [old, fresh] = [heldLoad(), heldLoad()];
    const before = flights.run('a', 0, 0, old.load);
    flights.noteSet('a');
    flights.noteSet('b');
    expect([flights.joins('a', 0), flights.setsOf('a'), flights.setsOf('b')]).toEqual([false, 1, 0]);
    const after = flights.run('a', 0, 0, fresh.load);
    expect(flights.joins('a', 0)).toBe(true);
    old.end('old');
    fresh.end('new');
    expect([await before, await after, flights.setsOf('a')]).toEqual(['old', 'new', 0]);
  });

  it('counts loads that nobody joins', async () => {
    const flights = new SingleFlight<string>();
    const { load, end } = heldLoad();
    const alone = [flights.alone('a', load), flights.alone('a', load)];
    expect([flights.has('a'), flights.size, flights.joins('a', 0)]).toEqual([true, 1, false]);
    end('loaded');
    expect([...(await Promise.all(alone)), flights.size]).toEqual(['loaded', 'loaded', 0]);
  });
});
