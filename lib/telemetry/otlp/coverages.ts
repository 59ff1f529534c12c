import { DomainError } from '../../platform/errors.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { type Coverage, coverage, knownSince, noCoverage } from './coverage.ts';

const coverageItem: ItemType<Coverage> = { name: 'OtlpCoverage', version: 1, schema: coverage };

/** As long as what it is about may be told of late, and much longer. */
export const rememberedMs = 24 * 3_600_000;
export const attempts = 8;

/** The process that an export is of. */
export interface Reporter {
  project: string;
  instance: string;
  /** As `service.version` has it. */
  serviceVersion?: string;
}

export const busy = (): DomainError =>
  new DomainError('unavailable', 'Others tell of this instance at the same moment. Try again shortly.', {
    retryAfterSeconds: 1,
  });

/** Keeps who counts the requests of an instance. */
export class Coverages {
  readonly #table: HistoryTable;

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  /**
   * What is known of the instance, after a change to it, which is durable then.
   * @param change gives back what it was given where nothing changes
   * @throws DomainError unavailable
   */
  async update(
    { project, instance }: Reporter,
    { now, erasedUntil }: { now: number; erasedUntil: number },
    change: (known: Coverage) => Coverage,
  ): Promise<Coverage> {
    const key = keys.otlpCoverage(project, instance);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const found = await this.#table.get(coverageItem, key);
      const known = found === undefined ? noCoverage : knownSince(found.value, erasedUntil);
      const changed = change(known);
      if (changed === known) return known;
      const options = { expiresAt: now + rememberedMs };
      const written =
        found === undefined
          ? await this.#table.create(coverageItem, key, changed, options)
          : await this.#table.replace(found, changed, options);
      if (written !== undefined) return changed;
    }
    throw busy();
  }
}
