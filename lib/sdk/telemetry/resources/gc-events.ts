import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

export interface Collection {
  readonly durationMs: number;
  /** Whether the whole heap was collected: what it holds then is what lives, and no garbage. */
  readonly isMajor: boolean;
}

type Listener = (collection: Collection) => void;

const listeners = new Set<Listener>();
let observer: PerformanceObserver | undefined;

/** What Node gives with a collection, and its types do not know of. */
interface GcEntry extends PerformanceEntry {
  readonly detail?: { readonly kind?: number };
}

/**
 * Told of each garbage collection of this thread, some time after it: V8 allows nothing within. One observer for all who listen; none
 * when nobody does.
 *
 * @returns what ends it
 */
export function onCollection(listener: Listener): () => void {
  listeners.add(listener);
  if (observer === undefined) {
    observer = new PerformanceObserver((list) => {
      for (const { duration, detail } of list.getEntries() as GcEntry[]) {
        const collection = { durationMs: duration, isMajor: detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR };
        for (const listen of listeners) listen(collection);
      }
    });
    observer.observe({ entryTypes: ['gc'] });
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    observer?.disconnect();
    observer = undefined;
  };
}
