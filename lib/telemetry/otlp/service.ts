import { createHash } from 'node:crypto';
import type { BytesBody } from '../../contracts/route.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ProjectService } from '../../projects/service.ts';
import { inParallel } from '../in-parallel.ts';
import type { Pseudonyms } from '../records/pseudonyms.ts';
import type { TelemetryService } from '../service.ts';
import { byReporter, type Told } from './by-reporter.ts';
import { Coverages } from './coverages.ts';
import { erasedUntil } from './erasure.ts';
import { type Export, Intake } from './intake.ts';
import { MetricIntake } from './metric-intake.ts';
import type { Sender } from './project-choice.ts';
import { SeriesStore } from './series-store.ts';
import { SpanIntake } from './span-intake.ts';
import { decodeOtlp, type Rejected } from './wire.ts';

/** Instances that are taken at the same time: it is the table that each waits for. */
const atOnce = 8;

interface Services {
  projects: ProjectService;
  telemetry: TelemetryService;
  pseudonyms: Pseudonyms;
}

/** Takes what OpenTelemetry SDKs and collectors export, and makes of it the windows that Headroom's SDK would have sent. */
export class OtlpService {
  readonly #table: Parts['table'];
  readonly #projects: ProjectService;
  readonly #spans: SpanIntake;
  readonly #metrics: MetricIntake;
  readonly #clock: Clock;

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>, { projects, telemetry, pseudonyms }: Services) {
    const coverages = new Coverages(table);
    const intake = new Intake(telemetry);
    this.#table = table;
    this.#projects = projects;
    this.#spans = new SpanIntake(coverages, pseudonyms, intake);
    this.#metrics = new MetricIntake(coverages, new SeriesStore(table), intake);
    this.#clock = clock;
  }

  /**
   * @returns the spans that are not kept
   * @throws DomainError for what is no OTLP; where no resource has a project; and for what another try may mend
   */
  async traces(body: BytesBody, sender: Sender): Promise<Rejected> {
    const told = decodeOtlp('traces', body).resourceSpans.map(({ resource, scopeSpans }) => ({
      resource,
      items: scopeSpans.flatMap(({ spans }) => spans),
    }));
    return this.#each(body, sender, told, (one, spans) => this.#spans.take(one, spans));
  }

  /** As `traces`, of data points. */
  async metrics(body: BytesBody, sender: Sender): Promise<Rejected> {
    const told = decodeOtlp('metrics', body).resourceMetrics.map(({ resource, scopeMetrics }) => ({
      resource,
      items: scopeMetrics.flatMap(({ metrics }) => metrics),
    }));
    return this.#each(body, sender, told, (one, metrics) => this.#metrics.take(one, metrics));
  }

  /** Logs are not kept, which is no failure of the sender's. */
  logs(body: BytesBody): Rejected {
    const count = decodeOtlp('logs', body)
      .resourceLogs.flatMap(({ scopeLogs }) => scopeLogs)
      .reduce((sum, { logRecords }) => sum + logRecords.length, 0);
    return { count, message: 'Headroom keeps no logs: set OTEL_LOGS_EXPORTER=none.' };
  }

  async #each<Item>(
    { bytes }: BytesBody,
    sender: Sender,
    told: readonly Told<Item>[],
    take: (one: Export, items: Item[]) => Promise<Rejected>,
  ): Promise<Rejected> {
    const { groups, refused } = await byReporter(told, sender, this.#projects);
    const content = createHash('sha256').update(bytes).digest('hex');
    const now = this.#clock();
    const named = [...new Set(groups.map(({ project }) => project))];
    const times = await inParallel(named, atOnce, (project) => erasedUntil(this.#table, project));
    const erased = new Map(named.map((project, index) => [project, times[index]]));
    const outcomes = await inParallel(groups, atOnce, async ({ items, ...reporter }) => {
      const { project, instance } = reporter;
      const digest = createHash('sha256').update(`${content} ${project} ${instance}`).digest('hex').slice(0, 32);
      const taken = take({ ...reporter, digest, now, erasedUntil: erased.get(project) ?? 0 }, items);
      return taken.catch((error: unknown) => ({ error }));
    });
    const rejected: Rejected = { ...refused };
    for (const outcome of outcomes) {
      // Only now: what one instance has to be sent again for keeps no other from being taken.
      if ('error' in outcome) throw outcome.error;
      rejected.count += outcome.count;
      if (rejected.message === '') rejected.message = outcome.message;
    }
    return rejected;
  }
}
