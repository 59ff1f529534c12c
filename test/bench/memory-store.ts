import { MemoryStore } from '../../lib/cache/library/memory-store.ts';

/**
 * Tier 1 alone: hits per second, and bytes of heap per entry. Run it with
 * `node --expose-gc test/bench/memory-store.ts`.
 */
const ENTRIES = 100_000;
const READS = 5_000_000;
const ROUNDS = 5;
const expiresAt = Date.now() + 3_600_000;

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const heapBytes = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const keyOf = (entry: number): string => `user:${entry % 1_000}:profile:${entry}`;

function hitsPerSecond(entries: number): number {
  const store = new MemoryStore<{ id: number }>({ limitMb: 512 });
  const keys = Array.from({ length: entries }, (_, entry) => keyOf(entry));
  for (const [id, key] of keys.entries()) store.set(key, { id }, 50, expiresAt);
  // A stride that shares no factor with the number of keys: every read moves its entry to the front.
  const reads = Array.from({ length: 4_096 }, (_, read) => keys[(read * 7_919) % entries] ?? '');
  let found = 0;
  const began = performance.now();
  for (let read = 0; read < READS; read++) if (store.get(reads[read & 4_095] ?? '') !== undefined) found++;
  const seconds = (performance.now() - began) / 1_000;
  if (found !== READS) throw new Error(`${READS - found} reads missed`);
  return READS / seconds;
}

/** Everything: key, value `{ id }` and what the store keeps beside them. */
function bytesPerEntry(): { heap: number; counted: number } {
  const before = heapBytes();
  const store = new MemoryStore<{ id: number }>({ limitMb: 512 });
  for (let entry = 0; entry < ENTRIES; entry++) store.set(keyOf(entry), { id: entry }, 28, expiresAt);
  const heap = (heapBytes() - before) / ENTRIES;
  return { heap, counted: store.usedBytes / store.size };
}

for (const entries of [1_000, ENTRIES]) {
  const rounds = Array.from({ length: ROUNDS }, () => hitsPerSecond(entries) / 1e6);
  console.log(`hits, ${entries} entries: ${median(rounds).toFixed(1)} M/s (median of ${ROUNDS})`);
}
if (globalThis.gc === undefined) console.log('bytes per entry: run with --expose-gc');
else {
  const { heap, counted } = bytesPerEntry();
  console.log(`bytes per entry: ${heap.toFixed(0)} of heap, ${counted.toFixed(0)} as the store counts them`);
}
