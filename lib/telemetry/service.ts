import type { z } from 'zod';
import type { Metrics, TelemetryBatch, telemetryAccepted } from '../contracts/telemetry.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import type { Parts } from '../platform/parts.ts';
import type { ProjectService } from '../projects/service.ts';
import type { ResourceSample, TelemetryAggregate } from './aggregate.ts';
import { Aggregation } from './aggregation.ts';
import { batchParts } from './batch-parts.ts';
import { windowsToKeep } from './check-batch.ts';
import { metricsOf } from './metrics.ts';
import type { Period } from './period.ts';
import { retentionMs } from './retention.ts';
import { TelemetryStore } from './store.ts';

/** Resources of this long before a period are read too: a window that began there may reach into it. */
const maxOverlapMs = 60_000;

/** Takes what services report of themselves, and answers for it. */
export class TelemetryService {
  readonly #store: TelemetryStore;
  readonly #projects: ProjectService;
  readonly #clock: Clock;

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>, projects: ProjectService) {
    this.#store = new TelemetryStore(table);
    this.#projects = projects;
    this.#clock = clock;
  }

  /**
   * Keeps a batch for 6 hours. What was kept before, by instance and sequence, is not kept again, so a batch may be sent
   * until it is acknowledged. A project that has monitoring switched off takes batches and keeps nothing.
   *
   * @returns how many windows were kept now; `duplicate` when all of them were kept before
   * @throws DomainError not-found, payload-too-large, invalid-request
   */
  async ingest(project: string, batch: TelemetryBatch): Promise<z.output<typeof telemetryAccepted>> {
    const { monitoringEnabled } = await this.#projects.require(project);
    const now = this.#clock();
    const windows = windowsToKeep(batch, now);
    if (!monitoringEnabled) return { accepted: 0, duplicate: false };
    const made = await this.#store.keep(project, batch, batchParts(windows), now);
    return { accepted: made.reduce((sum, { begun }) => sum + begun, 0), duplicate: made.length === 0 };
  }

  /** @throws DomainError not-found */
  async metrics(project: string, minutes: number): Promise<Metrics> {
    const { slowQueryMs } = await this.#projects.thresholds(project);
    const now = this.#clock();
    const aggregate = await this.aggregate(project, { from: now - minutes * 60_000, to: now });
    return metricsOf(aggregate, {
      timestamp: isoTime(now),
      periodMinutes: minutes,
      slowQueryMs: slowQueryMs.value,
    });
  }

  /** Merges all windows that began within the period. Periods that adjoin share no window. */
  async aggregate(project: string, period: Period): Promise<TelemetryAggregate> {
    const first = await this.#merge(project, period, new Aggregation());
    const chosen = first.crowded();
    // Which of too many endpoints cost most is known only at the end, so they are read once more.
    return (chosen === undefined ? first : await this.#merge(project, period, new Aggregation(chosen))).result();
  }

  async #merge(project: string, period: Period, aggregation: Aggregation): Promise<Aggregation> {
    await this.#store.read(project, this.#kept(period), ({ instance, dropped }, window) =>
      aggregation.add(instance, dropped, window),
    );
    return aggregation;
  }

  /** What the service's processes said of themselves, in every window that overlaps the period. */
  async resourceSamples(project: string, { from, to }: Period): Promise<ResourceSample[]> {
    const { resources } = await this.aggregate(project, { from: from - maxOverlapMs, to });
    return resources.filter(({ start, durationMs }) => start + durationMs > from);
  }

  /** Nothing older is there, so nothing older is asked for. */
  #kept({ from, to }: Period): Period {
    return { from: Math.max(from, this.#clock() - retentionMs), to };
  }
}
