import type { z } from 'zod';
import {
  type Metrics,
  type TelemetryBatch,
  type TelemetryWindow,
  type telemetryAccepted,
  telemetryBatch,
} from '../contracts/telemetry.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { ProjectService } from '../projects/service.ts';
import type { ResourceSample, TelemetryAggregate } from './aggregate.ts';
import { Aggregation } from './aggregation.ts';
import { batchParts } from './batch-parts.ts';
import { windowsToKeep } from './check-batch.ts';
import { DeploymentService } from './deployments/service.ts';
import { metricsOf } from './metrics.ts';
import { minuteStart, type Period } from './period.ts';
import { TelemetryReader } from './reader.ts';
import type { Level } from './rollups/levels.ts';
import { Marks } from './rollups/marks.ts';
import { RollupStore } from './rollups/store.ts';
import { type SideWindow, SideWindows } from './sides.ts';
import { WindowStore } from './store.ts';

/** Resources of this long before a period are read too: a window that began there may reach into it. */
const maxOverlapMs = 60_000;

/** Takes what services report of themselves, and answers for it. */
export class TelemetryService {
  readonly #windows: WindowStore;
  readonly #marks: Marks;
  readonly #reader: TelemetryReader;
  readonly #projects: ProjectService;
  readonly #deployments: DeploymentService;
  readonly #clock: Clock;

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>, projects: ProjectService) {
    this.#windows = new WindowStore(table);
    this.#marks = new Marks(table);
    this.#reader = new TelemetryReader(this.#windows, new RollupStore(table), this.#marks, clock);
    this.#projects = projects;
    this.#deployments = new DeploymentService({ table, clock }, projects);
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
    const parsed = telemetryBatch.safeParse(batch);
    if (!parsed.success) {
      const faults = parsed.error.issues.map(({ path, message }) => ({ path: `body.${path.join('.')}`, message }));
      throw new DomainError('invalid-request', 'The telemetry breaks its schema.', {
        fieldErrors: faults.slice(0, 20),
      });
    }
    return this.ingestParsed(project, parsed.data);
  }

  /** The same of what a door has parsed. */
  async ingestParsed(project: string, batch: TelemetryBatch): Promise<z.output<typeof telemetryAccepted>> {
    const { monitoringEnabled } = await this.#projects.require(project);
    const now = this.#clock();
    const windows = windowsToKeep(batch, now);
    if (!monitoringEnabled) return { accepted: 0, duplicate: false };
    // Before the windows, so that no minute has more than what was drawn of it without a mark that says so.
    const minutes = new Set(windows.map(({ start }) => minuteStart(Date.parse(start))));
    await Promise.all([...minutes].map((minute) => this.#marks.mark(project, 'minute', minute, now)));
    const made = await this.#windows.keep(project, batch, batchParts(windows), now);
    await this.#hearOfVersion(project, batch);
    return { accepted: made.reduce((sum, { begun }) => sum + begun, 0), duplicate: made.length === 0 };
  }

  /** The windows are durable, and acknowledged whatever this comes to: the next batch tells of the version again. */
  async #hearOfVersion(project: string, { serviceVersion, windows: [first] }: TelemetryBatch): Promise<void> {
    if (serviceVersion === undefined || first === undefined) return;
    await this.#deployments.heard(project, serviceVersion, first.start).catch(() => {});
  }

  /** @throws DomainError not-found */
  async metrics(project: string, minutes: number): Promise<Metrics> {
    const { slowQueryMs } = await this.#projects.thresholds(project);
    const now = this.#clock();
    const period = { from: now - minutes * 60_000, to: now };
    return metricsOf(await this.aggregate(project, period, { summary: true }), {
      timestamp: isoTime(now),
      periodMinutes: minutes,
      slowQueryMs: slowQueryMs.value,
    });
  }

  /** Merges what was reported within the period, as `TelemetryReader` does; nothing of a project that is gone. */
  async aggregate(project: string, period: Period, options: { summary?: boolean } = {}): Promise<TelemetryAggregate> {
    const retention = await this.#projects.retention(project);
    if (retention === undefined) return new Aggregation().result();
    return this.#reader.aggregate({ project, retention }, period, options);
  }

  /** The same of several periods, as `TelemetryReader` has it; a project that is gone has reported nothing. */
  async each<Result>(
    project: string,
    periods: readonly Period[],
    take: (aggregate: TelemetryAggregate, period: Period) => Result,
    options: { summary?: boolean; minutes?: boolean } = {},
  ): Promise<Result[]> {
    const retention = await this.#projects.retention(project);
    if (retention === undefined) return periods.map((period) => take(new Aggregation().result(), period));
    return this.#reader.each({ project, retention }, periods, take, options);
  }

  /** The same for each minute, hour or day, as `TelemetryReader` has it. */
  async *buckets(
    project: string,
    level: Level,
    period: Period,
    options: { summary?: boolean } = {},
  ): AsyncGenerator<{ start: number; bucket: TelemetryAggregate }> {
    const retention = await this.#projects.retention(project);
    if (retention !== undefined) yield* this.#reader.buckets({ project, retention }, level, period, options);
  }

  /**
   * Every window that began within the period, of each instance by itself, with the live settings that it was under: for comparing
   * them. Windows are kept for six hours; an instance that heard late of an experiment has none of it before.
   */
  async windowsBySide(project: string, period: Period): Promise<SideWindow[]> {
    const windows = new SideWindows();
    await this.#windows.read(project, period, (reporter, window) => windows.add(reporter, window));
    return windows.result();
  }

  /** Hands over every window that began within the period, which is of the last hours, as the instances reported it; in no order. */
  async windows(
    project: string,
    period: Period,
    take: (instance: string, window: TelemetryWindow) => void,
  ): Promise<void> {
    if ((await this.#projects.retention(project)) === undefined) return;
    await this.#windows.read(project, period, ({ instance }, window) => take(instance, window));
  }

  /** What the service's processes said of themselves, in every window that overlaps the period. */
  async resourceSamples(project: string, { from, to }: Period): Promise<ResourceSample[]> {
    const { resources } = await this.aggregate(project, { from: from - maxOverlapMs, to });
    return resources.filter(({ endedAt }) => endedAt > from);
  }
}
