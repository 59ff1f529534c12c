import { packSketch, SketchFormatError, type UnpackedSketch, unpackSketch } from './sketch-bytes.ts';

export { SketchFormatError };

/** Values below this are kept exactly; above it, every power of two is divided into half as many buckets. */
const SUB_BUCKET_BITS = 9;
const SUB_BUCKETS = 2 ** SUB_BUCKET_BITS;
const BUCKETS_PER_OCTAVE = SUB_BUCKETS / 2;
const VALUE_BITS = 36;

/** The highest value told apart: 2^36 - 1 (19 hours in microseconds). Higher ones are recorded as this. */
const MAX_VALUE = 2 ** VALUE_BITS - 1;
const MAX_BUCKETS = (VALUE_BITS - SUB_BUCKET_BITS + 2) * BUCKETS_PER_OCTAVE;

/** Beyond 2^53 a plain sum would depend on its order; one that stops at the top does not. */
const saturatingSum = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER);

function bucketOf(value: number): number {
  if (value < SUB_BUCKETS) return value;
  // Bit operations are exact up to 31 bits only. The 16 bits cut off first are below the precision of such values.
  const cut = value < 2 ** 31 ? 0 : 16;
  const bits = Math.floor(value / 2 ** cut);
  const shift = 32 - SUB_BUCKET_BITS - Math.clz32(bits);
  return (shift + cut) * BUCKETS_PER_OCTAVE + (bits >>> shift);
}

function lowestOf(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const shift = Math.floor(bucket / BUCKETS_PER_OCTAVE) - 1;
  return (bucket - shift * BUCKETS_PER_OCTAVE) * 2 ** shift;
}

/** The highest integer that falls into the bucket. */
const highestOf = (bucket: number): number => lowestOf(bucket + 1) - 1;

function checkedValue(value: number): number {
  if (Number.isNaN(value)) throw new RangeError('a sketch records numbers, not NaN');
  return 0;
}

/** @throws SketchFormatError also for figures that contradict each other */
function read(bytes: Uint8Array): UnpackedSketch {
  const unpacked = unpackSketch(SUB_BUCKET_BITS, MAX_BUCKETS, bytes);
  const { count, sum, min, max, buckets, counts } = unpacked;
  const lowest = buckets[0];
  const highest = buckets.at(-1);
  const isConsistent =
    lowest === undefined || highest === undefined
      ? count === 0 && sum === 0 && min === 0 && max === 0
      : counts.reduce(saturatingSum, 0) === count &&
        max <= MAX_VALUE &&
        bucketOf(Math.min(min, MAX_VALUE)) === lowest &&
        bucketOf(max) === highest &&
        sum >= min &&
        sum <= max * count;
  if (!isConsistent) throw new SketchFormatError('its figures contradict each other');
  return unpacked;
}

/**
 * A mergeable histogram of non-negative integers, for example microseconds: log-linear buckets, 256 to the octave, as in
 * HdrHistogram (http://hdrhistogram.org).
 *
 * Invariant: what a sketch holds depends only on the multiset of values it has seen, so any split of the values over any
 * number of sketches, merged in any order, gives bit-identical `toBytes()`.
 *
 * Count, sum, minimum and maximum are exact (up to 2^53 - 1, where they stop rising). Values up to 511 are exact, quantiles
 * of higher ones are within 0.2 % of the true value. An empty sketch takes no memory to speak of, one with values
 * of up to a second in microseconds 26 KB.
 */
export class Sketch {
  static readonly maxValue = MAX_VALUE;

  #counts = new Float64Array(0);
  /** As it was read, until something is added to it: most sketches that are read are merged into another, once. */
  #read: UnpackedSketch | undefined;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** NaN when empty, as are `max`, `mean` and every quantile: what was not measured is no 0. */
  get min(): number {
    return this.#count === 0 ? Number.NaN : this.#min;
  }

  get max(): number {
    return this.#count === 0 ? Number.NaN : this.#max;
  }

  get mean(): number {
    return this.#sum / this.#count;
  }

  /**
   * Counts a value, `count` times. It is rounded to the nearest integer; negative ones count as 0, those above
   * `Sketch.maxValue` as that.
   * @throws RangeError when the value is NaN or the count no positive safe integer.
   */
  record(value: number, count = 1): void {
    const whole = value >= 0 ? Math.min(Math.round(value), MAX_VALUE) : checkedValue(value);
    if (count !== 1 && !(Number.isSafeInteger(count) && count > 0)) {
      throw new RangeError(`a value is counted a positive whole number of times, not ${count}`);
    }
    const bucket = bucketOf(whole);
    this.#spread();
    if (bucket >= this.#counts.length) this.#grow(bucket);
    this.#counts[bucket] = saturatingSum(this.#counts[bucket] ?? 0, count);
    this.#count = saturatingSum(this.#count, count);
    this.#sum = saturatingSum(this.#sum, whole * count);
    if (whole < this.#min) this.#min = whole;
    if (whole > this.#max) this.#max = whole;
  }

  /** Adds all values of the other sketch to this one. Associative and commutative. */
  merge(other: Sketch): this {
    this.#spread();
    if (other.#read !== undefined) this.#add(other.#read);
    else {
      const counts = other.#counts;
      if (counts.length > this.#counts.length) this.#grow(counts.length - 1);
      for (let bucket = 0; bucket < counts.length; bucket++) {
        this.#counts[bucket] = saturatingSum(this.#counts[bucket] ?? 0, counts[bucket] ?? 0);
      }
    }
    this.#count = saturatingSum(this.#count, other.#count);
    this.#sum = saturatingSum(this.#sum, other.#sum);
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    return this;
  }

  /**
   * The value of rank ceil(q n) among the n values in ascending order (rank 1 for q = 0): the middle of its bucket, kept within
   * [min, max]; the first and the last rank are exactly min and max. NaN when empty.
   * @param q 0 to 1; the 95th percentile is 0.95.
   */
  quantile(q: number): number {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile lies between 0 and 1, not at ${q}`);
    if (this.#count === 0) return Number.NaN;
    const rank = Math.ceil(q * this.#count);
    if (rank <= 1) return this.#min;
    if (rank >= this.#count) return this.#max;
    this.#spread();
    let seen = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) {
        const middle = Math.floor((lowestOf(bucket) + highestOf(bucket)) / 2);
        return Math.max(this.#min, Math.min(this.#max, middle));
      }
    }
    return this.#max;
  }

  /** The filled buckets in ascending order: lowest value, highest value (both inclusive), count. */
  *buckets(): Generator<[lower: number, upper: number, count: number]> {
    this.#spread();
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      if (count > 0) yield [lowestOf(bucket), highestOf(bucket), count];
    }
  }

  /** The wire form: versioned, checksummed, sparse, and deflated where that is worth it; see `packSketch`. Equal sketches give equal bytes. */
  toBytes(): Uint8Array {
    this.#spread();
    const empty = this.#count === 0;
    return packSketch(SUB_BUCKET_BITS, {
      count: this.#count,
      sum: this.#sum,
      min: empty ? 0 : this.#min,
      max: empty ? 0 : this.#max,
      counts: this.#counts,
    });
  }

  /** @throws SketchFormatError for anything that `toBytes` did not write; time and memory are bounded whatever comes. */
  static fromBytes(bytes: Uint8Array): Sketch {
    const unpacked = read(bytes);
    const sketch = new Sketch();
    if (unpacked.buckets.length === 0) return sketch;
    sketch.#read = unpacked;
    sketch.#count = unpacked.count;
    sketch.#sum = unpacked.sum;
    sketch.#min = unpacked.min;
    sketch.#max = unpacked.max;
    return sketch;
  }

  /** How many values a sketch holds, as `fromBytes` would find. @throws SketchFormatError likewise */
  static countIn(base64: string): number {
    return read(Buffer.from(base64, 'base64')).count;
  }

  toBase64(): string {
    return Buffer.from(this.toBytes()).toString('base64');
  }

  /** @throws SketchFormatError as `fromBytes` does. */
  static fromBase64(text: string): Sketch {
    return Sketch.fromBytes(Buffer.from(text, 'base64'));
  }

  /** What was read takes its place among the counts. */
  #spread(): void {
    if (this.#read === undefined) return;
    this.#add(this.#read);
    this.#read = undefined;
  }

  #add({ buckets, counts }: UnpackedSketch): void {
    const highest = buckets.at(-1) ?? -1;
    if (highest >= this.#counts.length) this.#grow(highest);
    for (let index = 0; index < buckets.length; index++) {
      const bucket = buckets[index] ?? 0;
      this.#counts[bucket] = saturatingSum(this.#counts[bucket] ?? 0, counts[index] ?? 0);
    }
  }

  /** By whole octaves: latencies of one service end up in the same few, so growing is rare. */
  #grow(bucket: number): void {
    const octaves = Math.floor(bucket / BUCKETS_PER_OCTAVE) + 1;
    const grown = new Float64Array(Math.min(octaves * BUCKETS_PER_OCTAVE, MAX_BUCKETS));
    grown.set(this.#counts);
    this.#counts = grown;
  }
}
