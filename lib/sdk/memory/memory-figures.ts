import { getHeapStatistics } from 'node:v8';
import { heapLimitBytes } from '../telemetry/resources/heap-limit.ts';
import { memoryLimitBytes } from '../telemetry/resources/memory-limit.ts';

const bytesPerMb = 2 ** 20;
/** Limits of containers may be changed while they run; they are read from files. */
const limitsForMs = 60_000;

export interface MemoryFigures {
  /** What lives, as far as it is known: what was in use after the last collection of all, or less if less is in use now. */
  readonly heapUsedMb: number;
  readonly heapLimitMb: number;
  readonly heapPercent: number;
  readonly rssMb: number;
  readonly memoryLimitMb: number;
  readonly rssPercent: number;
}

/** Reads how much memory is in use. Garbage that nobody has collected yet says nothing, so it is told when a collection has ended. */
export class MemoryReader {
  #livingBytes = 0;
  #limits = { heap: heapLimitBytes(), memory: memoryLimitBytes() };
  #limitsAtMs = performance.now();

  /** Takes some 20 us. */
  read(isAfterCollection: boolean): MemoryFigures {
    const now = performance.now();
    if (now - this.#limitsAtMs >= limitsForMs) {
      this.#limits = { heap: heapLimitBytes(), memory: memoryLimitBytes() };
      this.#limitsAtMs = now;
    }
    const used = getHeapStatistics().used_heap_size;
    this.#livingBytes = isAfterCollection ? used : Math.min(this.#livingBytes, used);
    const { heap, memory } = this.#limits;
    const rss = process.memoryUsage.rss();
    return {
      heapUsedMb: this.#livingBytes / bytesPerMb,
      heapLimitMb: heap / bytesPerMb,
      heapPercent: (100 * this.#livingBytes) / heap,
      rssMb: rss / bytesPerMb,
      memoryLimitMb: memory / bytesPerMb,
      rssPercent: (100 * rss) / memory,
    };
  }
}
