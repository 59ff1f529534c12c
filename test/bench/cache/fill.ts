import { type CacheUnderTest, keyOf } from './subject.ts';

const AT_ONCE = 256;

/**
 * From 100 to 300 bytes as JSON, every length as often: with all of one length it would be the steps of the allocator that are measured.
 */
export const entryValue = (entry: number): object => ({ id: entry, text: 'x'.repeat(80 + ((entry * 37) % 200)) });

/** Runs the call for each number below `count`, so many at once. */
export async function each(count: number, atOnce: number, call: (entry: number) => unknown): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

/** Entries 0 to `count` under `keyOf`. */
export async function fill(cache: CacheUnderTest, count: number): Promise<void> {
  await each(count, AT_ONCE, (entry) => cache.set(keyOf(entry), entryValue(entry)));
}
