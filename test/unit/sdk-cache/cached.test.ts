import { describe, expect, expectTypeOf, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { cached } from '../../../lib/sdk/cache/cached.ts';

const open = () => createCache<unknown>({ namespace: 'shop' });

describe('cached', () => {
  it('calls once for the same arguments, and once for all who ask at the same time', async () => {
    const cache = open();
    const calls: number[] = [];
    const double = cached(
      async function double(of: number, options?: { unit: string }) {
        calls.push(of);
        return `${of * 2}${options?.unit ?? ''}`;
      },
      { cache },
    );
    expectTypeOf(double).parameter(0).toEqualTypeOf<number>();
    expectTypeOf(double).returns.toEqualTypeOf<Promise<string>>();
    expect(await Promise.all([double(1), double(1), double(1, undefined), double(2)])).toEqual(['2', '2', '2', '4']);
    expect(await double(1, { unit: 'm' })).toBe('2m');
    expect(calls).toEqual([1, 2, 1]);
    expect(double.keyOf(1, { unit: 'm' })).toBe('double(1,{"unit":"m"})');
    expect(await cache.get('double(2)')).toBe('4');
  });

  it('forgets one call, or all', async () => {
    let made = 0;
    const count = cached((_id: string) => ++made, { cache: open(), name: 'count' });
    expect([await count('a'), await count('b'), await count('a')]).toEqual([1, 2, 1]);
    expect((await count.invalidate('a')).invalidated).toBe(1);
    expect([await count('a'), await count('b')]).toEqual([3, 2]);
    await count.invalidateAll();
    expect([await count('a'), await count('b')]).toEqual([4, 5]);
    expect([await count.refresh('a'), await count('a')]).toEqual([6, 6]);
  });

  it('throws what the function throws and keeps none of it, but keeps that there is nothing', async () => {
    let made = 0;
    const find = cached(
      async (id: number) => {
        made++;
        if (id < 0) throw new RangeError('no such id');
        return id === 0 ? undefined : { id };
      },
      { cache: open(), name: 'find' },
    );
    await expect(find(-1)).rejects.toThrow(RangeError);
    await expect(find(-1)).rejects.toThrow('no such id');
    expect([await find(0), await find(0)]).toEqual([undefined, undefined]);
    expect(made).toBe(3);
  });

  it('takes TTL and tags from what it knows', async () => {
    const cache = open();
    let made = 0;
    const load = cached((id: string) => ({ id, made: ++made }), {
      cache,
      name: 'load',
      ttlSeconds: ({ id }) => (id === 'never' ? 0 : 60),
      tags: (id) => [`item:${id}`],
    });
    await load('a');
    const hit = await cache.lookup(load.keyOf('a'));
    expect([hit && hit.freshUntil - hit.createdAt, hit?.tags]).toEqual([60_000, ['fn:load', 'item:a']]);
    await cache.invalidate({ tags: ['item:a'] });
    expect((await load('a')).made).toBe(2);
    expect([(await load('never')).made, (await load('never')).made]).toEqual([3, 4]);
  });

  it('tells the objects apart whose method it is', async () => {
    const cache = open();
    class Shop {
      readonly name: string;
      constructor(name: string) {
        this.name = name;
      }
      greet = cached(
        function (this: Shop, whom: string) {
          return `${whom} at ${this.name}`;
        },
        { cache, name: 'greet', self: ({ name }) => name },
      );
    }
    const [north, south] = [new Shop('north'), new Shop('south')];
    expect([await north.greet('Ada'), await south.greet('Ada')]).toEqual(['Ada at north', 'Ada at south']);
    await north.greet.invalidate.call(north, 'Ada');
    expect(await cache.get(south.greet.keyOf.call(south, 'Ada'))).toBe('Ada at south');
    // @ts-expect-error a function that uses `this` has to say by what it is told apart
    cached(function (this: Shop) {}, { cache, name: 'other' });
  });

  it('keeps the results of large arguments too, by their hash', async () => {
    const cache = open();
    const length = cached((text: string) => text.length, { cache, name: 'length' });
    expect(await length('x'.repeat(5_000))).toBe(5_000);
    expect(length.keyOf('x'.repeat(5_000))).toMatch(/^length\(sha256:[\w-]{43}\)$/);
  });

  it('takes a key of the caller’s in place of arguments that are none', async () => {
    let made = 0;
    const load = cached((_id: number, _signal: AbortSignal) => ++made, {
      cache: open(),
      name: 'load',
      key: (id) => id,
    });
    expect([await load(1, AbortSignal.timeout(9_999)), await load(1, AbortSignal.timeout(9_999))]).toEqual([1, 1]);
  });

  it('refuses a function without a name, and two of one name', () => {
    const cache = open();
    expect(() =>
      cached(
        (
          () => () =>
            1
        )(),
        { cache },
      ),
    ).toThrow('option `name`');
    const first = { load: () => 1 }.load;
    const second = { load: () => 2 }.load;
    cached(first, { cache });
    expect(() => cached(first, { cache })).not.toThrow();
    expect(() => cached(second, { cache })).toThrow('Another function called `load`');
    expect(() => cached(second, { cache: open() })).not.toThrow();
  });

  it('rejects what makes no key, and does not call', async () => {
    let calls = 0;
    const run = cached((_callback: () => void) => ++calls, { cache: open(), name: 'run' });
    await expect(run(() => undefined)).rejects.toThrow('argument 1 is a function');
    expect(calls).toBe(0);
  });
});
