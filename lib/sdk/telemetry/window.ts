import type { QueryWindow, RequestRecord, ResourceWindow, TelemetryWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { ActiveRequest } from './current-request.ts';
import type { EndedQuery } from './databases/ended-query.ts';
import type { QueryKind } from './databases/query-kinds.ts';
import { EndpointFigures } from './endpoint-figures.ts';
import type { EndedRequest } from './incoming-requests.ts';
import { NetworkFigures } from './network-figures.ts';
import { type MakeRecord, plainRecord } from './request-record.ts';
import { Slowest } from './slowest.ts';
import type { Addition, WindowSource } from './sources.ts';

/** What is beyond is counted as `*other*`: neither a scan for weak spots nor inlined literals cost memory. */
const maxEndpoints = 200;
const maxQueries = 150;
export const defaultSlowRequests = 10;
const maxFailedRequests = 20;
const other = '*other*';
/** The longest that the contract lets a window be: a process that was suspended reports no more. */
const maxDurationMs = 600_000;

interface QueryFigures {
  readonly kind: QueryKind;
  readonly endpoint: string | undefined;
  readonly queryTime: Sketch;
  rows: number;
  maxPerRequest: number;
}

/** What this process saw from one moment to another. */
export class Window {
  readonly #startedAt: Date;
  /** By the monotonic clock. */
  readonly startedAtMs = performance.now();
  /** By route, and by method within: a key made of both would be made for every request. */
  readonly #endpoints = new Map<string, Map<string, EndpointFigures>>();
  #endpointCount = 0;
  readonly #queries = new Map<QueryKind, Map<string | undefined, QueryFigures>>();
  #queryFigures = 0;
  readonly #otherQueries: QueryKind = { system: other, fingerprint: other };
  readonly #slow: Slowest<RequestRecord>;
  readonly #failed: RequestRecord[] = [];
  readonly #network = new NetworkFigures();

  /** @param slowRequests that it keeps whole */
  constructor(startedAt = new Date(), slowRequests = defaultSlowRequests) {
    this.#startedAt = startedAt;
    this.#slow = new Slowest(slowRequests);
  }

  get isEmpty(): boolean {
    return this.#endpoints.size === 0 && this.#queries.size === 0;
  }

  /** @param recordOf makes what is kept whole: of few */
  addRequest(ended: EndedRequest, recordOf: MakeRecord = plainRecord): void {
    const { method, route } = ended.active;
    this.#endpoint(method, route).add(ended);
    this.#network.add(ended);
    if (!ended.isStream && this.#slow.wants(ended.durationMs)) this.#slow.add(ended.durationMs, recordOf(ended));
    const isFailed = ended.status === 0 || ended.status >= 500;
    if (isFailed && this.#failed.length < maxFailedRequests) this.#failed.push(recordOf(ended));
  }

  addQuery({ kind, active, durationMs, rows }: EndedQuery): void {
    const ofRequest = active?.countQuery(kind, durationMs) ?? 0;
    const figures = this.#figuresOf(kind, active);
    figures.queryTime.record(durationMs * 1_000);
    figures.rows += rows;
    if (ofRequest > figures.maxPerRequest) figures.maxPerRequest = ofRequest;
  }

  /** @param next begins where this one ends, however long the closing takes */
  close(
    next: Pick<Window, 'startedAtMs'>,
    resources: ResourceWindow | undefined,
    sources: Iterable<WindowSource> = [],
  ): TelemetryWindow {
    const network = this.#network.wire();
    const durationMs = Math.round(next.startedAtMs - this.startedAtMs);
    return {
      start: this.#startedAt.toISOString(),
      durationMs: Math.min(maxDurationMs, Math.max(1, durationMs)),
      endpoints: [...this.#endpoints.values()].flatMap((byMethod) => [...byMethod.values()].map((each) => each.wire())),
      queries: [...this.#queries.values()].flatMap((byEndpoint) => [...byEndpoint.values()].map(wireOf)),
      ...additionsOf(sources),
      ...(network && { network }),
      ...(resources && { resources }),
      slowRequests: this.#slow.items,
      failedRequests: this.#failed,
    };
  }

  #endpoint(method: string, route: string): EndpointFigures {
    const byMethod = this.#endpoints.get(route);
    const known = byMethod?.get(method);
    if (known !== undefined) return known;
    if (this.#endpointCount >= maxEndpoints && route !== other) return this.#endpoint('*', other);
    const figures = new EndpointFigures(method, route);
    this.#endpoints.set(route, (byMethod ?? new Map<string, EndpointFigures>()).set(method, figures));
    this.#endpointCount++;
    return figures;
  }

  #figuresOf(kind: QueryKind, active: ActiveRequest | undefined): QueryFigures {
    const endpoint = active?.endpoint;
    const known = this.#queries.get(kind)?.get(endpoint);
    if (known !== undefined) return known;
    if (this.#queryFigures >= maxQueries && kind !== this.#otherQueries) {
      return this.#figuresOf(this.#otherQueries, undefined);
    }
    const figures = { kind, endpoint, queryTime: new Sketch(), rows: 0, maxPerRequest: 0 };
    const byEndpoint = this.#queries.get(kind) ?? new Map<string | undefined, QueryFigures>();
    this.#queries.set(kind, byEndpoint.set(endpoint, figures));
    this.#queryFigures++;
    return figures;
  }
}

function additionsOf(sources: Iterable<WindowSource>): Required<Addition> {
  const additions: Required<Addition> = { outgoing: [], pools: [], metrics: [] };
  for (const source of sources) {
    const { outgoing = [], pools = [], metrics = [] } = source.close();
    additions.outgoing.push(...outgoing);
    additions.pools.push(...pools);
    additions.metrics.push(...metrics);
  }
  return additions;
}

const wireOf = ({ kind, endpoint, queryTime, rows, maxPerRequest }: QueryFigures): QueryWindow => ({
  system: kind.system,
  fingerprint: kind.fingerprint,
  ...(endpoint !== undefined && { endpoint }),
  queryTime: queryTime.toBase64(),
  rows,
  maxPerRequest,
});
