import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryStore, SLOT_BYTES } from '../../../lib/cache/library/memory-store.ts';

const MB = 1_048_576;

/** The same, slowly: a list, the most recently used last. */
class NaiveStore {
  list: { key: string; value: number; bytes: number; expiresAt: number }[] = [];
  evictions = 0;
  expirations = 0;
  limitBytes: number;
  maxEntries: number;

  constructor(limitBytes: number, maxEntries: number) {
    this.limitBytes = limitBytes;
    this.maxEntries = maxEntries;
  }

  get usedBytes(): number {
    return this.list.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  take(key: string): NaiveStore['list'][number] | undefined {
    const found = this.list.find((each) => each.key === key);
    this.list = this.list.filter((each) => each.key !== key);
    return found;
  }

  get(key: string, now: number): number | undefined {
    const found = this.take(key);
    if (found === undefined) return undefined;
    if (found.expiresAt <= now) this.expirations++;
    else this.list.push(found);
    return found.expiresAt <= now ? undefined : found.value;
  }

  set(key: string, value: number, valueBytes: number, expiresAt: number, now: number): boolean {
    this.take(key);
    const bytes = valueBytes + 16 + key.length + SLOT_BYTES;
    if (bytes > this.limitBytes || expiresAt <= now) return false;
    this.list.push({ key, value, bytes, expiresAt });
    this.makeRoom(this.limitBytes, now);
    return true;
  }

  makeRoom(limitBytes: number, now: number): void {
    while (this.usedBytes > limitBytes || this.list.length > this.maxEntries) {
      const oldest = this.list.shift();
      if (oldest !== undefined && oldest.expiresAt <= now) this.expirations++;
      else this.evictions++;
    }
  }
}

const key = fc.constantFrom(...'abcdefghijklmnop');
const step = fc.oneof(
  { weight: 20, arbitrary: fc.record({ do: fc.constant('get' as const), key }) },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      key,
      value: fc.nat(),
      bytes: fc.nat(400),
      lives: fc.integer({ min: -5, max: 60 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('peek' as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(30) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('trim' as const), bytes: fc.nat(1_500) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
);

describe('MemoryStore', () => {
  it('does what a plain list would', () => {
    const limits = fc.record({
      bytes: fc.integer({ min: 300, max: 2_000 }),
      maxEntries: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 80 }), ({ bytes, maxEntries }, steps) => {
        let now = 1_000;
        const store = new MemoryStore<number>({ limitMb: bytes / MB, maxEntries, now: () => now });
        const naive = new NaiveStore(bytes, maxEntries);
        for (const each of steps) {
          switch (each.do) {
            case 'get':
              expect(store.get(each.key)).toBe(naive.get(each.key, now));
              break;
            case 'peek': {
              const found = naive.list.find((other) => other.key === each.key);
              expect(store.peek(each.key)).toBe(found && found.expiresAt > now ? found.value : undefined);
              break;
            }
            case 'set': {
              const expiresAt = now + each.lives;
              const held = naive.set(each.key, each.value, each.bytes, expiresAt, now);
              expect(store.set(each.key, each.value, each.bytes, expiresAt)).toBe(held);
              break;
            }
            case 'delete':
              expect(store.delete(each.key)).toBe(naive.take(each.key) !== undefined);
              break;
            case 'wait':
              now += each.ms;
              break;
            case 'sweep': {
              const expired = naive.list.filter(({ expiresAt }) => expiresAt <= now);
              naive.list = naive.list.filter(({ expiresAt }) => expiresAt > now);
              naive.expirations += expired.length;
              expect(store.sweep()).toEqual({
                entries: expired.length,
                bytes: expired.reduce((sum, other) => sum + other.bytes, 0),
              });
              break;
            }
            case 'trim':
              naive.makeRoom(each.bytes, now);
              store.trim(each.bytes);
              break;
            case 'clear':
              naive.list = [];
              store.clear();
          }
          expect(store.usedBytes).toBe(naive.usedBytes);
          expect(store.size).toBe(naive.list.length);
          expect([store.evictions, store.expirations]).toEqual([naive.evictions, naive.expirations]);
        }
        const live = naive.list.filter(({ expiresAt }) => expiresAt > now);
        const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
        expect([...store.entries()].sort(byKey)).toEqual(live.sort(byKey));
      }),
      { numRuns: 500 },
    );
  });

  it('holds many, and gives slots back', () => {
    const store = new MemoryStore<number>({ limitMb: 100, maxEntries: 1_000 });
    for (let entry = 0; entry < 5_000; entry++) store.set(`key ${entry}`, entry, 10, Number.MAX_SAFE_INTEGER);
    expect([store.size, store.evictions]).toEqual([1_000, 4_000]);
    expect([store.get('key 3999'), store.get('key 4000'), store.get('key 4999')]).toEqual([undefined, 4_000, 4_999]);
    for (const { key: held } of store.entries()) store.delete(held);
    expect([store.size, store.usedBytes]).toEqual([0, 0]);
  });

  it('uses again the slots of what was deleted', () => {
    const store = new MemoryStore<number>({ limitMb: 100 });
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 300; round++) {
      for (let entry = 0; entry < 1_000; entry++) store.set(`${entry}`, entry, 10, Number.MAX_SAFE_INTEGER);
      for (let entry = 0; entry < 1_000; entry++) store.delete(`${entry}`);
    }
    // 300,000 slots would take 6 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it('may be changed while it is walked through', () => {
    const store = new MemoryStore<number>({ limitMb: 1 });
    for (let entry = 0; entry < 10; entry++) store.set(`${entry}`, entry, 0, Number.MAX_SAFE_INTEGER);
    const seen: string[] = [];
    for (const { key: each } of store.entries()) {
      seen.push(each);
      store.delete(`${Number(each) + 1}`);
    }
    expect(seen).toEqual(['0', '2', '4', '6', '8']);
  });

  it('counts keys beyond Latin-1 as what they take', () => {
    const store = new MemoryStore<number>({ limitMb: 1 });
    store.set('ä', 1, 0, Number.MAX_SAFE_INTEGER);
    const latin = store.usedBytes;
    store.set('字', 1, 0, Number.MAX_SAFE_INTEGER);
    expect(store.usedBytes - latin).toBe(latin + 1);
  });

  it('evicts at once what does not fit lower limits', () => {
    const store = new MemoryStore<number>({ limitMb: 1 });
    for (let entry = 0; entry < 10; entry++) store.set(`${entry}`, entry, 0, Number.MAX_SAFE_INTEGER);
    store.limit({ limitMb: 1, maxEntries: 3 });
    expect([...store.entries()].map(({ value }) => value)).toEqual([7, 8, 9]);
    expect(() => store.limit({ limitMb: 0 })).toThrow(RangeError);
    expect(() => store.limit({ limitMb: 1, maxEntries: 0 })).toThrow(RangeError);
  });
});
