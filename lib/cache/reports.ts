import { isoTime } from '../platform/clock.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import type { Cache } from './library/cache.ts';
import { reportItem, reportRetentionMs } from './model.ts';

const tellEveryMs = 60_000;
const maxTold = 10_000;

/**
 * Leaves what this process counts in the table, where functions outside of its subnets can read it: once a minute for each namespace that
 * is in use, and not before it has counted for a minute.
 */
export class NamespaceReports {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'ids' | 'log'>;
  readonly #startedMs: number;
  readonly #process: string;
  readonly #toldMs = new Map<string, number>();

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'ids' | 'log'>) {
    this.#parts = parts;
    this.#startedMs = parts.clock();
    this.#process = parts.ids(this.#startedMs);
  }

  /** Reports are no condition of caching: where the table does not answer, the next minute's tells the same and more. */
  async tell(namespace: string, cache: Pick<Cache<unknown>, 'stats'>): Promise<void> {
    const { table, clock, log } = this.#parts;
    const now = clock();
    const told = this.#toldMs.get(namespace);
    if (told === undefined && this.#toldMs.size >= maxTold) this.#toldMs.clear();
    if (told === undefined) this.#toldMs.set(namespace, now);
    if (now - (told ?? now) < tellEveryMs) return;
    this.#toldMs.set(namespace, now);
    try {
      const key = keys.cacheReport(namespace, this.#process);
      const value = { startedAt: isoTime(this.#startedMs), at: isoTime(now), stats: await cache.stats() };
      const expiresAt = now + reportRetentionMs;
      const current = await table.get(reportItem, key);
      if (current === undefined) await table.create(reportItem, key, value, { expiresAt });
      else await table.replace(current, value, { expiresAt });
    } catch (error) {
      log.warn('What a cache counts could not be told', { namespace, error });
    }
  }
}
