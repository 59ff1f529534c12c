import type { NetworkWindow, RequestRecord, ResourceWindow, TelemetryWindow } from '../contracts/telemetry.ts';
import { telemetryLimits } from '../contracts/telemetry-limits.ts';
import type { ResourceSample, TelemetryAggregate } from './aggregate.ts';
import { endpointMerging } from './merging/endpoints.ts';
import { Instances, type Reporter } from './merging/instances.ts';
import { compare } from './merging/merging.ts';
import { metricMerging, metricRollupOf } from './merging/metrics.ts';
import { outgoingMerging } from './merging/outgoing.ts';
import { poolMerging, poolRollupOf } from './merging/pools.ts';
import { queryMerging } from './merging/queries.ts';
import { sampleOf, samplesByInstance } from './merging/resource-samples.ts';
import { addCounts } from './merging/sums.ts';
import { Totals } from './merging/totals.ts';
import { TrafficTotals } from './merging/traffic-totals.ts';
import type { Rollup } from './rollups/rollup.ts';

const lists = ['endpoints', 'queries', 'outgoing', 'pools', 'metrics'] as const;

/** What is told apart where there is more than the limits. */
export type Chosen = Partial<Record<(typeof lists)[number], ReadonlySet<string>>>;

interface WindowResources {
  instance: string;
  window: Pick<TelemetryWindow, 'start' | 'durationMs'>;
  resources: ResourceWindow;
}

/**
 * Merges telemetry windows, and rollups of them. Invariant: the result depends only on the set of windows that were added, not
 * on their order nor on how they were divided over batches; where `crowded` says that there was too much to tell all apart,
 * that of a second aggregation, with what it chose. Rollups give the same, but for resources, which they have by the minute
 * or longer, and instances, of which they name two hundred.
 */
export class Aggregation {
  readonly #instances = new Instances();
  readonly #traffic = new TrafficTotals();
  readonly #totals;
  readonly #resources: WindowResources[] = [];
  readonly #rolledResources: ResourceSample[] = [];
  readonly #requestTimeUs = new Map<string, number>();
  #network: NetworkWindow | undefined;
  #slow: RequestRecord[] = [];
  #failed: RequestRecord[] = [];
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor(chosen: Chosen = {}) {
    this.#totals = {
      endpoints: new Totals(endpointMerging, chosen.endpoints),
      queries: new Totals(queryMerging, chosen.queries),
      outgoing: new Totals(outgoingMerging, chosen.outgoing),
      pools: new Totals(poolMerging, chosen.pools),
      metrics: new Totals(metricMerging, chosen.metrics),
    };
  }

  /** What to tell apart, by the time that it took, when there is too much to tell all apart. */
  crowded(): Chosen | undefined {
    const chosen: Chosen = {};
    for (const list of lists) {
      const costliest = this.#totals[list].crowded();
      if (costliest !== undefined) chosen[list] = costliest;
    }
    return Object.keys(chosen).length === 0 ? undefined : chosen;
  }

  /** @param reporter with what the instance has lost by then, since it started */
  add(reporter: Reporter, window: TelemetryWindow): void {
    const { instance } = reporter;
    const start = Date.parse(window.start);
    const end = start + window.durationMs;
    this.#observe(start, end);
    this.#instances.add(reporter);
    let requests = 0;
    let requestTimeUs = 0;
    for (const endpoint of window.endpoints) {
      const { responseTime } = this.#totals.endpoints.add(endpoint);
      requests += responseTime.count;
      requestTimeUs += responseTime.sum;
    }
    for (const query of window.queries) this.#totals.queries.add(query);
    for (const outgoing of window.outgoing) this.#totals.outgoing.add(outgoing);
    for (const pool of window.pools) this.#totals.pools.add(poolRollupOf(pool));
    for (const metric of window.metrics) this.#totals.metrics.add(metricRollupOf(metric, end));
    this.#traffic.add(instance, window, requests);
    this.#addNetwork(window);
    const key = sampleKey(instance, window);
    this.#requestTimeUs.set(key, (this.#requestTimeUs.get(key) ?? 0) + requestTimeUs);
    const { resources, durationMs } = window;
    if (resources !== undefined)
      this.#resources.push({ instance, window: { start: window.start, durationMs }, resources });
    this.#keepRecords(window);
  }

  addRollup(rollup: Rollup): void {
    if (rollup.observed !== undefined) this.#observe(rollup.observed.from, rollup.observed.to);
    this.#instances.addRollup(rollup);
    for (const endpoint of rollup.endpoints) this.#totals.endpoints.add(endpoint);
    for (const query of rollup.queries) this.#totals.queries.add(query);
    for (const outgoing of rollup.outgoing) this.#totals.outgoing.add(outgoing);
    for (const pool of rollup.pools) this.#totals.pools.add(pool);
    for (const metric of rollup.metrics) this.#totals.metrics.add(metric);
    this.#traffic.addRollup(rollup.traffic);
    this.#addNetwork(rollup);
    this.#rolledResources.push(...rollup.resources);
    this.#keepRecords(rollup);
  }

  result(): TelemetryAggregate {
    const observed = this.#from < this.#to ? { from: this.#from, to: this.#to } : undefined;
    return {
      instances: this.#instances.names,
      instanceCount: this.#instances.count,
      observed,
      droppedWindows: this.#instances.sum('dropped'),
      sdkErrors: this.#instances.sum('errors'),
      endpoints: this.#totals.endpoints.result(),
      queries: this.#totals.queries.result(),
      outgoing: this.#totals.outgoing.result(),
      pools: this.#totals.pools.result(),
      metrics: this.#totals.metrics.result(),
      network: this.#network,
      resources: this.#samples(),
      slowRequests: this.#slow,
      failedRequests: this.#failed,
      traffic: this.#traffic.result(observed),
    };
  }

  /** What is kept of it. @param forgetMinutes whether the requests of each minute are told no more */
  rollup({ forgetMinutes }: { forgetMinutes: boolean }): Rollup {
    const { observed, traffic, slowRequests, failedRequests, ...all } = this.result();
    const { minutes, sustainedRequestsPerSecond, peakConcurrentRequests, peakRequestsPerSecond } = traffic;
    return {
      ...(observed === undefined ? {} : { observed }),
      ...this.#instances.pack(),
      endpoints: all.endpoints.map(endpointMerging.pack),
      queries: all.queries.map(queryMerging.pack),
      outgoing: all.outgoing.map(outgoingMerging.pack),
      pools: all.pools.map(poolMerging.pack),
      metrics: all.metrics.map(metricMerging.pack),
      ...(all.network === undefined ? {} : { network: all.network }),
      resources: samplesByInstance(all.resources),
      slowRequests,
      failedRequests,
      traffic: {
        minutes: forgetMinutes ? {} : Object.fromEntries(minutes),
        peakRequestsPerSecond,
        ...(sustainedRequestsPerSecond === undefined ? {} : { sustainedRequestsPerSecond }),
        ...(peakConcurrentRequests === undefined ? {} : { peakConcurrentRequests }),
      },
    };
  }

  #addNetwork({ network }: { network?: NetworkWindow | undefined }): void {
    if (network !== undefined) this.#network = { ...network, ...addCounts(this.#network ?? {}, network) };
  }

  #observe(from: number, to: number): void {
    this.#from = Math.min(this.#from, from);
    this.#to = Math.max(this.#to, to);
  }

  #keepRecords({ slowRequests, failedRequests }: Pick<TelemetryWindow, 'slowRequests' | 'failedRequests'>): void {
    this.#slow = firstOf([...this.#slow, ...slowRequests], slowestFirst);
    this.#failed = firstOf([...this.#failed, ...failedRequests], latestFirst);
  }

  #samples(): ResourceSample[] {
    const ofWindows = this.#resources.map(({ instance, window, resources }) =>
      sampleOf(instance, window, resources, this.#requestTimeUs.get(sampleKey(instance, window)) ?? 0),
    );
    return [...ofWindows, ...this.#rolledResources].sort(
      (a, b) => a.start - b.start || compare(a.instance, b.instance) || byText(a, b),
    );
  }
}

const sampleKey = (instance: string, { start }: Pick<TelemetryWindow, 'start'>): string => `${instance} ${start}`;

// Equal ones are told apart by their whole content, so that which of them are kept never depends on their order.
const byText = (a: object, b: object): number => compare(JSON.stringify(a), JSON.stringify(b));
const slowestFirst = (a: RequestRecord, b: RequestRecord): number =>
  b.responseTimeMs - a.responseTimeMs || byText(a, b);
const latestFirst = (a: RequestRecord, b: RequestRecord): number => compare(b.at, a.at) || byText(a, b);

const firstOf = (records: RequestRecord[], order: (a: RequestRecord, b: RequestRecord) => number): RequestRecord[] =>
  records.sort(order).slice(0, telemetryLimits.records);
