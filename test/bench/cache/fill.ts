import { type CacheUnderTest, keyOf } from './subject.ts';

const AT_ONCE = 256;

/** About 200 bytes as JSON. */
export const entryValue = (entry: number): object => ({ id: entry, text: 'x'.repeat(180) });

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
