import type { Message } from './protobuf.ts';

/**
 * The messages of OTLP as far as they are read, by the field numbers of
 * https://github.com/open-telemetry/opentelemetry-proto (version 1). Everything else in them is skipped.
 */
const anyValue: Message = {
  1: { name: 'stringValue', type: 'text' },
  2: { name: 'boolValue', type: 'bool' },
  3: { name: 'intValue', type: 'int64' },
  4: { name: 'doubleValue', type: 'double' },
};
const keyValue: Message = { 1: { name: 'key', type: 'text' }, 2: { name: 'value', type: anyValue } };
const resource: Message = { 1: { name: 'attributes', type: keyValue, repeated: true } };

const span: Message = {
  1: { name: 'traceId', type: 'hex' },
  2: { name: 'spanId', type: 'hex' },
  3: { name: 'traceState', type: 'text' },
  4: { name: 'parentSpanId', type: 'hex' },
  5: { name: 'name', type: 'text' },
  6: { name: 'kind', type: 'int32' },
  7: { name: 'startTimeUnixNano', type: 'fixed64' },
  8: { name: 'endTimeUnixNano', type: 'fixed64' },
  9: { name: 'attributes', type: keyValue, repeated: true },
  15: { name: 'status', type: { 3: { name: 'code', type: 'int32' } } },
};

/** A list of resources, each with a list of scopes, each with a list of what is told of. */
const byResource = (resources: string, scopes: string, items: string, item: Message): Message => {
  const scope: Message = { 2: { name: items, type: item, repeated: true, isItem: true } };
  const ofResource: Message = {
    1: { name: 'resource', type: resource },
    2: { name: scopes, type: scope, repeated: true, isItem: true },
  };
  return { 1: { name: resources, type: ofResource, repeated: true, isItem: true } };
};

const times: Message = {
  2: { name: 'startTimeUnixNano', type: 'fixed64' },
  3: { name: 'timeUnixNano', type: 'fixed64' },
};
const numberPoint: Message = {
  ...times,
  4: { name: 'asDouble', type: 'double' },
  6: { name: 'asInt', type: 'sfixed64' },
  7: { name: 'attributes', type: keyValue, repeated: true },
  8: { name: 'flags', type: 'int32' },
};
const histogramPoint: Message = {
  ...times,
  4: { name: 'count', type: 'fixed64' },
  5: { name: 'sum', type: 'double' },
  6: { name: 'bucketCounts', type: 'fixed64', repeated: true },
  7: { name: 'explicitBounds', type: 'double', repeated: true },
  9: { name: 'attributes', type: keyValue, repeated: true },
  10: { name: 'flags', type: 'int32' },
  11: { name: 'min', type: 'double' },
  12: { name: 'max', type: 'double' },
};
const exponentialBuckets: Message = {
  1: { name: 'offset', type: 'sint32' },
  2: { name: 'bucketCounts', type: 'uint64', repeated: true },
};
const exponentialPoint: Message = {
  ...times,
  1: { name: 'attributes', type: keyValue, repeated: true },
  4: { name: 'count', type: 'fixed64' },
  5: { name: 'sum', type: 'double' },
  6: { name: 'scale', type: 'sint32' },
  7: { name: 'zeroCount', type: 'fixed64' },
  8: { name: 'positive', type: exponentialBuckets },
  9: { name: 'negative', type: exponentialBuckets },
  10: { name: 'flags', type: 'int32' },
  12: { name: 'min', type: 'double' },
  13: { name: 'max', type: 'double' },
  14: { name: 'zeroThreshold', type: 'double' },
};

const dataOf = (point: Message): Message => ({
  1: { name: 'dataPoints', type: point, repeated: true, isItem: true },
  2: { name: 'aggregationTemporality', type: 'int32' },
  3: { name: 'isMonotonic', type: 'bool' },
});
const metric: Message = {
  1: { name: 'name', type: 'text' },
  3: { name: 'unit', type: 'text' },
  5: { name: 'gauge', type: dataOf(numberPoint), isItem: true },
  7: { name: 'sum', type: dataOf(numberPoint), isItem: true },
  9: { name: 'histogram', type: dataOf(histogramPoint), isItem: true },
  10: { name: 'exponentialHistogram', type: dataOf(exponentialPoint), isItem: true },
  11: { name: 'summary', type: dataOf({}), isItem: true },
};

/** What is sent to each of the three addresses. */
export const requestMessages = {
  traces: byResource('resourceSpans', 'scopeSpans', 'spans', span),
  metrics: byResource('resourceMetrics', 'scopeMetrics', 'metrics', metric),
  logs: byResource('resourceLogs', 'scopeLogs', 'logRecords', {}),
} as const;
export type Signal = keyof typeof requestMessages;
