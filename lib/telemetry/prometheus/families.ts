import { createHash } from 'node:crypto';
import type { Sketch } from '../../statistics/sketch.ts';
import type {
  EndpointAggregate,
  MetricAggregate,
  PoolAggregate,
  ResourceSample,
  TelemetryAggregate,
} from '../aggregate.ts';
import { rounded } from '../resources.ts';
import { type Family, metricName, type Sample } from './exposition.ts';

/** Seconds: those that Prometheus's clients use unless told otherwise. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const usPerSecond = 1e6;
/** Series of endpoints, queries or targets that are told apart. */
const maxSeries = 200;
const maxQueryCharacters = 200;

/** All that is known of a service, from the beginning of the day: counters only rise until it ends. */
export function familiesOf(day: TelemetryAggregate): Family[] {
  const known = [...ofRequests(day), ...ofQueries(day), ...ofOutgoing(day), ...ofPools(day), ...ofProcesses(day)];
  const taken = new Set(known.flatMap(namesOf));
  const own: Family[] = [];
  for (const family of ofOwn(day)) {
    // A name twice, or that of another's bucket, and a scraper refuses all of it.
    const names = namesOf(family);
    if (names.some((name) => taken.has(name))) continue;
    for (const name of names) taken.add(name);
    own.push(family);
  }
  return [...known, ...own];
}

function ofRequests({ endpoints, traffic }: TelemetryAggregate): Family[] {
  const told = costliest(endpoints, ({ responseTime }) => responseTime);
  const labelsOf = ({ method, route }: EndpointAggregate) => ({ method, route });
  return [
    histogram('http_server_request_duration_seconds', 'How long requests took', told, labelsOf, (e) => e.responseTime),
    counter(
      'http_server_requests_total',
      'Requests by the status of their answer; none when it was cut off',
      told.flatMap((endpoint) => {
        const answered = Object.entries(endpoint.statuses);
        const cutOff = endpoint.responseTime.count - answered.reduce((sum, [, count]) => sum + count, 0);
        return [...answered, ...(cutOff > 0 ? [['', cutOff] as const] : [])].map(([status, value]) => ({
          labels: { ...labelsOf(endpoint), status },
          value,
        }));
      }),
    ),
    counter(
      'http_server_failed_requests_total',
      'Status 500 or above, or cut off',
      sum(told, labelsOf, (e) => e.failed),
    ),
    counter(
      'http_server_request_bytes_total',
      'Received',
      sum(told, labelsOf, (e) => e.requestBytes),
    ),
    counter(
      'http_server_response_bytes_total',
      'Sent',
      sum(told, labelsOf, (e) => e.responseBytes),
    ),
    gauge('http_server_requests_per_second', 'Over the last minute', optional(traffic.currentRequestsPerSecond)),
    gauge('http_server_peak_concurrent_requests', 'Since 00:00 UTC', optional(traffic.peakConcurrentRequests)),
  ];
}

function ofQueries({ queries }: TelemetryAggregate): Family[] {
  const told = costliest(queries, ({ queryTime }) => queryTime);
  return [
    histogram(
      'db_client_operation_duration_seconds',
      'How long queries took',
      told,
      ({ system, fingerprint, endpoint = '' }) => ({ system, query: shortened(fingerprint), endpoint }),
      ({ queryTime }) => queryTime,
    ),
  ];
}

function ofOutgoing({ outgoing }: TelemetryAggregate): Family[] {
  const told = costliest(outgoing, ({ responseTime }) => responseTime);
  const labelsOf = ({ target, method, endpoint = '' }: (typeof outgoing)[number]) => ({ target, method, endpoint });
  return [
    histogram(
      'http_client_request_duration_seconds',
      'Requests to other services',
      told,
      labelsOf,
      (o) => o.responseTime,
    ),
    counter(
      'http_client_failed_requests_total',
      'Status 500 or above, or no answer',
      sum(told, labelsOf, (o) => o.failed),
    ),
  ];
}

function ofPools({ pools }: TelemetryAggregate): Family[] {
  const labelsOf = ({ pool, system }: PoolAggregate) => ({ pool, system });
  const mean = (value: 'openSum' | 'inUseSum' | 'waitingSum') => (pool: PoolAggregate) =>
    rounded(pool[value] / pool.windows);
  return [
    gauge('db_client_connections_open', 'Of one instance, in the mean', sum(pools, labelsOf, mean('openSum'))),
    gauge('db_client_connections_in_use', 'Of one instance, in the mean', sum(pools, labelsOf, mean('inUseSum'))),
    gauge('db_client_connections_waiting', 'Of one instance, in the mean', sum(pools, labelsOf, mean('waitingSum'))),
    counter(
      'db_client_connection_timeouts_total',
      'Callers that gave up waiting',
      sum(pools, labelsOf, (p) => p.timeouts),
    ),
    counter(
      'db_client_connection_errors_total',
      'Connections that failed',
      sum(pools, labelsOf, (p) => p.errors),
    ),
    histogram('db_client_connection_wait_seconds', 'For a connection', pools, labelsOf, ({ waitTime }) => waitTime),
  ];
}

/** What each instance said last; those that have gone are told until the day ends. */
function ofProcesses({ resources, instanceCount, droppedWindows, sdkErrors }: TelemetryAggregate): Family[] {
  const last = new Map<string, ResourceSample>();
  for (const sample of resources) last.set(sample.instance, sample);
  const samples = [...last.values()].slice(-maxSeries);
  const labelsOf = ({ instance }: ResourceSample) => ({ instance });
  /** Of the instances that tell of it. */
  const known = (
    value: 'heapUsedMb' | 'eventLoopUtilizationPercent' | 'eventLoopDelayP99Ms',
    shown = (value: number) => value,
  ) =>
    sum(
      samples.filter((sample) => sample[value] !== undefined),
      labelsOf,
      (sample) => shown(sample[value] ?? 0),
    );
  return [
    gauge(
      'process_resident_memory_bytes',
      'Resident memory',
      sum(samples, labelsOf, ({ rssMb }) => Math.round(rssMb * 2 ** 20)),
    ),
    gauge(
      'nodejs_heap_size_used_bytes',
      'Heap in use',
      known('heapUsedMb', (mb) => Math.round(mb * 2 ** 20)),
    ),
    gauge(
      'process_cpu_percent',
      'Of one core',
      sum(samples, labelsOf, ({ cpuPercent }) => cpuPercent),
    ),
    gauge('nodejs_eventloop_utilization_percent', 'How busy the event loop was', known('eventLoopUtilizationPercent')),
    gauge(
      'nodejs_eventloop_delay_p99_seconds',
      '99th percentile of how late it was',
      known('eventLoopDelayP99Ms', (ms) => ms / 1000),
    ),
    gauge('headroom_instances', 'That have reported since 00:00 UTC', [{ labels: {}, value: instanceCount }]),
    gauge('headroom_dropped_windows', 'Not delivered, since the instances started', [
      { labels: {}, value: droppedWindows },
    ]),
    gauge('headroom_sdk_errors', 'Within the SDK, since the instances started', [{ labels: {}, value: sdkErrors }]),
  ];
}

/** Of one name there is one kind: the first; others of it are left out. */
function ofOwn({ metrics }: TelemetryAggregate): Family[] {
  const byName = Map.groupBy(metrics, ({ name }) => metricName(name));
  return [...byName].map(([name, ofName]) => {
    const kind = ofName[0]?.kind ?? 'gauge';
    // The first of each set of labels: two units, or names that differ in a dot, are no two series.
    const alike = new Map(
      ofName
        .filter((metric) => metric.kind === kind)
        .toReversed()
        .map((metric) => [JSON.stringify(Object.entries(metric.labels).sort()), metric]),
    );
    return { name, kind, help: `A metric of the service's own`, samples: [...alike.values()].flatMap(samplesOf) };
  });
}

function samplesOf(metric: MetricAggregate): Sample[] {
  const labels = Object.fromEntries(
    Object.entries(metric.labels).map(([label, value]) => [label === 'le' ? 'le_' : label, value]),
  );
  if (metric.kind === 'counter') return [{ labels, value: metric.value }];
  if (metric.kind === 'gauge') return [{ labels, value: metric.last }];
  return distribution(metric.values, labels, 1 / metric.resolution);
}

const counter = (name: string, help: string, samples: Sample[]): Family => ({ name, kind: 'counter', help, samples });
const gauge = (name: string, help: string, samples: Sample[]): Family => ({ name, kind: 'gauge', help, samples });

const optional = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);

const sum = <Item>(
  items: readonly Item[],
  labelsOf: (item: Item) => Sample['labels'],
  value: (item: Item) => number,
): Sample[] => items.map((item) => ({ labels: labelsOf(item), value: value(item) }));

function histogram<Item>(
  name: string,
  help: string,
  items: readonly Item[],
  labelsOf: (item: Item) => Sample['labels'],
  sketchOf: (item: Item) => Sketch,
): Family {
  const samples = items
    .filter((item) => sketchOf(item).count > 0)
    .flatMap((item) => distribution(sketchOf(item), labelsOf(item), usPerSecond));
  return { name, kind: 'histogram', help, samples };
}

/** @param perUnit what the sketch has for one unit of the metric. A bucket of the sketch counts by its highest value. */
function distribution(sketch: Sketch, labels: Sample['labels'], perUnit: number): Sample[] {
  const counts = bounds.map(() => 0);
  for (const [, upper, count] of sketch.buckets()) {
    const first = bounds.findIndex((bound) => upper <= bound * perUnit);
    if (first >= 0) counts[first] = (counts[first] ?? 0) + count;
  }
  let below = 0;
  return [
    ...bounds.map((bound, index) => {
      below += counts[index] ?? 0;
      return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
    }),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: sketch.count },
    { suffix: '_sum', labels, value: sketch.sum / perUnit },
    { suffix: '_count', labels, value: sketch.count },
  ];
}

const namesOf = ({ name, kind }: Family): string[] =>
  kind === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];

/** Long queries begin alike: what is cut off is told apart by its digest. */
const shortened = (query: string): string =>
  query.length <= maxQueryCharacters
    ? query
    : `${query.slice(0, maxQueryCharacters)} #${createHash('sha256').update(query).digest('hex').slice(0, 8)}`;

const costliest = <Item>(items: readonly Item[], timeOf: (item: Item) => Sketch): Item[] =>
  items.toSorted((a, b) => timeOf(b).sum - timeOf(a).sum).slice(0, maxSeries);
