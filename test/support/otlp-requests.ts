/** What OpenTelemetry SDKs send, in the JSON mapping. Times are in epoch milliseconds here, and become nanoseconds. */
export type Values = Record<string, string | number | boolean>;

const nanoseconds = (ms: number): string => `${BigInt(Math.round(ms * 1000)) * 1000n}`;

const attributes = (values: Values) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isSafeInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }));

const resourceOf = (values: Values) => ({ attributes: attributes(values) });
export const shop: Values = { 'service.name': 'shop', 'service.instance.id': 'shop-1' };

export interface GivenSpan {
  id: string;
  parent?: string;
  kind?: number;
  name?: string;
  startMs: number;
  ms: number;
  values?: Values;
  traceState?: string;
  error?: boolean;
}

export const spanOf = ({
  id,
  parent,
  kind = 2,
  name = 'GET',
  startMs,
  ms,
  values = {},
  traceState,
  error,
}: GivenSpan) => ({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: id,
  ...(parent !== undefined && { parentSpanId: parent }),
  ...(traceState !== undefined && { traceState }),
  name,
  kind,
  startTimeUnixNano: nanoseconds(startMs),
  endTimeUnixNano: nanoseconds(startMs + ms),
  attributes: attributes(values),
  ...(error === true && { status: { code: 2 } }),
});

export const tracesOf = (spans: GivenSpan[], resource: Values = shop) => ({
  resourceSpans: [{ resource: resourceOf(resource), scopeSpans: [{ spans: spans.map(spanOf) }] }],
});

export const metricsOf = (metrics: object[], resource: Values = shop) => ({
  resourceMetrics: [{ resource: resourceOf(resource), scopeMetrics: [{ metrics }] }],
});

interface GivenPoint {
  startMs: number;
  timeMs: number;
  values?: Values;
}
export const cumulative = 2;
export const delta = 1;

const pointOf = ({ startMs, timeMs, values = {} }: GivenPoint) => ({
  startTimeUnixNano: nanoseconds(startMs),
  timeUnixNano: nanoseconds(timeMs),
  attributes: attributes(values),
});

export const counterOf = (name: string, value: number, point: GivenPoint, aggregationTemporality = cumulative) => ({
  name,
  sum: { aggregationTemporality, isMonotonic: true, dataPoints: [{ ...pointOf(point), asDouble: value }] },
});

export const gaugeOf = (name: string, value: number, point: GivenPoint) => ({
  name,
  gauge: { dataPoints: [{ ...pointOf(point), asDouble: value }] },
});

/** The buckets that OpenTelemetry has for seconds. */
export const secondsBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export const histogramPointOf = (seconds: readonly number[], bounds: readonly number[] = secondsBounds) => {
  const bucketCounts = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const value of seconds) {
    const index = bounds.findIndex((bound) => value <= bound);
    const at = index < 0 ? bounds.length : index;
    bucketCounts[at] = (bucketCounts[at] ?? 0) + 1;
  }
  return {
    count: String(seconds.length),
    sum: seconds.reduce((sum, value) => sum + value, 0),
    ...(seconds.length > 0 && { min: Math.min(...seconds), max: Math.max(...seconds) }),
    bucketCounts: bucketCounts.map(String),
    explicitBounds: bounds,
  };
};

export const durationsOf = (seconds: readonly number[], point: GivenPoint, aggregationTemporality = cumulative) => ({
  name: 'http.server.request.duration',
  unit: 's',
  histogram: { aggregationTemporality, dataPoints: [{ ...pointOf(point), ...histogramPointOf(seconds) }] },
});
