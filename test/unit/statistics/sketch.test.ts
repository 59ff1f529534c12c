import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sketch, SketchFormatError } from '../../../lib/statistics/sketch.ts';

/** Half of them small, half spread evenly over the orders of magnitude, as latencies are. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 2_000 }),
  fc.double({ min: 0, max: 36, noNaN: true }).map((exponent) => Math.min(Math.floor(2 ** exponent), Sketch.maxValue)),
);

const sketchOf = (values: Iterable<number>): Sketch => {
  const sketch = new Sketch();
  for (const each of values) sketch.record(each);
  return sketch;
};

/** A sketch's bytes with the checksum made right again, so that what lies behind it is reached. */
const resealed = (plain: number[]): Uint8Array => {
  const deflated = deflateRawSync(Uint8Array.from(plain));
  let hash = 0x811c9dc5;
  for (const byte of deflated) hash = Math.imul(hash ^ byte, 0x01000193);
  const header = Buffer.alloc(6);
  header.writeUInt8(1, 0);
  header.writeUInt8(9, 1);
  header.writeUInt32BE(hash >>> 0, 2);
  return Buffer.concat([header, deflated]);
};

describe('Sketch', () => {
  it('holds the same, bit for bit, however the values were split and merged', () => {
    const parts = fc.array(fc.array(value, { maxLength: 40 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat()), (split, choices) => {
        const whole = sketchOf(split.flat());
        // Some of them as they were told, and merged as they were read.
        const pool = split.map((part, index) =>
          index % 2 === 0 ? sketchOf(part) : Sketch.fromBytes(sketchOf(part).toBytes()),
        );
        while (pool.length > 1) {
          const take = (): Sketch => pool.splice((choices.next().value ?? 0) % pool.length, 1)[0] ?? new Sketch();
          const one = take();
          pool.push(take().merge(one));
        }
        const merged = pool[0] ?? new Sketch();
        expect(merged.toBytes()).toEqual(whole.toBytes());
        expect(merged.quantile(0.95)).toEqual(whole.quantile(0.95));
      }),
    );
  });

  it('answers every quantile within 0.2 % of the exact one, and count, sum, min and max exactly', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const sketch = sketchOf(values);
        const sorted = values.toSorted((a, b) => a - b);
        for (const q of [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]) {
          const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? Number.NaN;
          expect(Math.abs(sketch.quantile(q) - exact)).toBeLessThanOrEqual(exact * 0.002);
        }
        expect([sketch.count, sketch.sum]).toEqual([values.length, values.reduce((a, b) => a + b, 0)]);
        expect([sketch.min, sketch.max]).toEqual([sorted[0], sorted.at(-1)]);
      }),
    );
  });

  it('places every value in the one bucket whose bounds hold it', () => {
    fc.assert(
      fc.property(value, (one) => {
        const [bucket, ...others] = [...sketchOf([one]).buckets()];
        expect(others).toEqual([]);
        const [lower = Number.NaN, upper = Number.NaN, count] = bucket ?? [];
        expect(count).toBe(1);
        expect(lower <= one && one <= upper).toBe(true);
        expect(upper - lower).toBeLessThanOrEqual(lower / 256);
      }),
    );
  });

  it('has buckets without gap or overlap', () => {
    const sketch = new Sketch();
    for (let exponent = 0; exponent < 36; exponent++) {
      for (let step = 0; step < 512; step++) sketch.record(2 ** exponent + Math.floor((2 ** exponent * step) / 512));
    }
    const buckets = [...sketch.buckets()].filter(([lower]) => lower >= 512);
    buckets.reduce((before, bucket) => {
      expect(bucket[0]).toBe(before[1] + 1);
      return bucket;
    });
    expect(buckets.at(-1)?.[1]).toBe(Sketch.maxValue);
  });

  it('counts a value several times as if it had come several times', () => {
    const many = new Sketch();
    many.record(1_234_567, 1_000);
    expect(many.toBytes()).toEqual(sketchOf(Array.from({ length: 1_000 }, () => 1_234_567)).toBytes());
    expect(many.mean).toBe(1_234_567);
  });

  it('rounds, and clamps to what it can tell apart', () => {
    const sketch = sketchOf([-3, 1.4, 1.6, 1e300, Number.POSITIVE_INFINITY]);
    expect([...sketch.buckets()].map(([lower, , count]) => [lower, count])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [511 * 2 ** 27, 2],
    ]);
    expect(sketch.max).toBe(Sketch.maxValue);
  });

  it('stays independent of order where sums pass 2^53', () => {
    const [a, b] = [new Sketch(), new Sketch()];
    a.record(Sketch.maxValue, 2 ** 52);
    b.record(3, 2 ** 52 + 1);
    const merged = new Sketch().merge(a).merge(b);
    expect(merged.toBytes()).toEqual(new Sketch().merge(b).merge(a).toBytes());
    expect(merged.count).toBe(Number.MAX_SAFE_INTEGER);
    expect(Sketch.fromBytes(merged.toBytes()).toBytes()).toEqual(merged.toBytes());
  });

  it('says NaN, and never 0, of what it has not seen', () => {
    const empty = new Sketch();
    expect([empty.min, empty.max, empty.mean, empty.quantile(0.5)]).toEqual(Array(4).fill(Number.NaN));
    expect([empty.count, empty.sum]).toEqual([0, 0]);
  });

  it('refuses what it cannot count', () => {
    expect(() => new Sketch().record(Number.NaN)).toThrow(RangeError);
    for (const count of [0, -1, 0.5, Number.NaN]) expect(() => new Sketch().record(1, count)).toThrow(RangeError);
    for (const q of [-0.1, 1.1, Number.NaN]) expect(() => new Sketch().quantile(q)).toThrow(RangeError);
  });
});

describe('the bytes of a sketch', () => {
  it('come back as the same sketch', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), (values) => {
        const sketch = sketchOf(values);
        const back = Sketch.fromBytes(sketch.toBytes());
        expect(back.toBytes()).toEqual(sketch.toBytes());
        expect([...back.buckets()]).toEqual([...sketch.buckets()]);
        expect([back.count, back.sum, back.min, back.max]).toEqual([sketch.count, sketch.sum, sketch.min, sketch.max]);
        expect(Sketch.fromBase64(sketch.toBase64()).toBase64()).toBe(sketch.toBase64());
      }),
    );
  });

  it('are an error when a byte was changed, cut off or added', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 100 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (values, at, flip) => {
          const bytes = sketchOf(values).toBytes();
          const changed = Uint8Array.from(bytes, (byte, i) => (i === at % bytes.length ? byte ^ flip : byte));
          expect(() => Sketch.fromBytes(changed)).toThrow(SketchFormatError);
          expect(() => Sketch.fromBytes(bytes.subarray(0, at % bytes.length))).toThrow(SketchFormatError);
          expect(() => Sketch.fromBytes(Uint8Array.of(...bytes, flip))).toThrow(SketchFormatError);
        },
      ),
    );
  });

  it('are an error when they are arbitrary', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(() => Sketch.fromBytes(bytes)).toThrow(SketchFormatError);
        expect(() => Sketch.fromBase64(Buffer.from(bytes).toString('utf8'))).toThrow(SketchFormatError);
      }),
    );
  });

  it('are an error when they lie behind a right checksum', () => {
    const readable = [2, 30, 10, 20, 10, 1, 9, 1];
    expect(Sketch.fromBytes(resealed(readable)).quantile(0.5)).toBe(10);
    for (const [at, wrong] of [
      [0, 3],
      [1, 9],
      [1, 41],
      [2, 11],
      [3, 19],
      [4, 9],
      [5, 0],
      [7, 200],
    ] as const) {
      expect(() => Sketch.fromBytes(resealed(readable.with(at, wrong)))).toThrow(SketchFormatError);
    }
    expect(() => Sketch.fromBytes(resealed([...readable, 255, 255, 255, 255, 255, 255, 255, 255, 1]))).toThrow(
      SketchFormatError,
    );
  });

  it('do not decompress beyond what a sketch can hold', () => {
    expect(() => Sketch.fromBytes(resealed(Array(5_000_000).fill(0)))).toThrow(/decompress/);
  });

  it('are small: a second of 5,000 samples takes at most 1 KB', () => {
    let state = 1;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const sketch = new Sketch();
    for (let i = 0; i < 5_000; i++) sketch.record(20_000 * Math.exp(0.8 * (random() + random() + random() - 1.5)));
    expect(sketch.toBytes().length).toBeLessThan(1_024);
  });
});
