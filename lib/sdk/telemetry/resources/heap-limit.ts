import { getHeapStatistics } from 'node:v8';
import { isMainThread, resourceLimits } from 'node:worker_threads';

const bytesPerMb = 2 ** 20;
const flag = /--max[-_]old[-_]space[-_]size[= ](\d+)/g;

/** Of the last of such flags. Those on the command line come after those of NODE_OPTIONS, and win. */
export function oldSpaceMbOf(...texts: readonly string[]): number | undefined {
  const [last] = [...texts.join(' ').matchAll(flag)].slice(-1);
  return last === undefined ? undefined : Number(last[1]);
}

function setMb(): number | undefined {
  if (!isMainThread) return resourceLimits.maxOldGenerationSizeMb;
  return oldSpaceMbOf(process.env.NODE_OPTIONS ?? '', ...process.execArgv);
}

/**
 * The bytes of objects that live on at which the process dies for want of heap. V8 tells the limit with the room for young objects,
 * 192 MB in Node 24, however small the rest was set: what was set is the truth.
 */
export function heapLimitBytes(): number {
  const set = setMb() ?? 0;
  const told = getHeapStatistics().heap_size_limit;
  return set > 0 ? Math.min(told, set * bytesPerMb) : told;
}
