import { z } from 'zod';

/**
 * The part of OTLP that Headroom reads, in its JSON mapping (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). What it
 * has no use for is ignored, as the specification wants it; protobuf messages are brought into the same shape.
 */

/** 64-bit integers are text; beyond 2^53 they lose precision, which for nanoseconds since 1970 is a quarter of a microsecond. */
const integer = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,20}$/)
    .transform(Number),
]);
const double = z.union([
  // Those that are no finite numbers too: what tells nothing is left out by itself, not with all that came with it.
  z.custom<number>((value) => typeof value === 'number'),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
]);
/**
 * Absent: empty. Reading stops at the first element that is wrong: a body has room for millions, and what is to be said of each
 * would take more memory than there is.
 */
export const listOf = <Element extends z.ZodType>(element: Element) =>
  z
    .array(z.unknown())
    .default([])
    .transform((list, context): z.output<Element>[] => {
      const read: z.output<Element>[] = [];
      for (const [index, one] of list.entries()) {
        const parsed = element.safeParse(one);
        if (!parsed.success) {
          const [{ path, message } = { path: [], message: 'is wrong' }] = parsed.error.issues;
          context.addIssue({ code: 'custom', path: [index, ...path], message });
          return z.NEVER;
        }
        read.push(parsed.data);
      }
      return read;
    });

const identifier = z
  .string()
  .regex(/^[0-9a-f]*$/i)
  .max(64)
  .toLowerCase();

/** Scalars only: what is nested names nothing that is told apart here. */
const anyValue = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: integer.optional(),
  doubleValue: double.optional(),
});
const attributes = listOf(z.object({ key: z.string().default(''), value: anyValue.nullish() }));
export type OtlpAttributes = z.output<typeof attributes>;
const resource = z.object({ attributes }).nullish();

const span = z.object({
  traceId: identifier.default(''),
  spanId: identifier.default(''),
  parentSpanId: identifier.default(''),
  traceState: z.string().default(''),
  name: z.string().default(''),
  kind: z.number().int().default(0),
  startTimeUnixNano: integer.default(0),
  endTimeUnixNano: integer.default(0),
  attributes,
  status: z.object({ code: z.number().int().default(0) }).nullish(),
});
export type OtlpSpan = z.output<typeof span>;
/** As the specification numbers them. */
export const spanKinds = { server: 2, client: 3 } as const;
export const spanStatusError = 2;

export const otlpTraces = z.object({
  resourceSpans: listOf(z.object({ resource, scopeSpans: listOf(z.object({ spans: listOf(span) })) })),
});

const point = {
  attributes,
  startTimeUnixNano: integer.default(0),
  timeUnixNano: integer.default(0),
  flags: z.number().int().default(0),
};
const numberPoint = z.object({ ...point, asDouble: double.optional(), asInt: integer.optional() });
export type OtlpNumberPoint = z.output<typeof numberPoint>;
const ofValues = { count: integer.default(0), sum: double.optional(), min: double.optional(), max: double.optional() };
const histogramPoint = z.object({
  ...point,
  ...ofValues,
  bucketCounts: listOf(integer),
  explicitBounds: listOf(double),
});
export type OtlpHistogramPoint = z.output<typeof histogramPoint>;
const exponentialBuckets = z.object({
  offset: z.number().int().default(0),
  bucketCounts: listOf(integer),
});
const exponentialPoint = z.object({
  ...point,
  ...ofValues,
  scale: z.number().int().default(0),
  zeroCount: integer.default(0),
  zeroThreshold: double.default(0),
  positive: exponentialBuckets.nullish(),
  negative: exponentialBuckets.nullish(),
});
export type OtlpExponentialPoint = z.output<typeof exponentialPoint>;
const aggregationTemporality = z.number().int().default(0);
/** As the specification numbers them. */
export const temporalities = { delta: 1, cumulative: 2 } as const;
/** Of a data point: it says that there was nothing to say. */
export const noRecordedValue = 1;

const metric = z.object({
  name: z.string().default(''),
  unit: z.string().default(''),
  gauge: z.object({ dataPoints: listOf(numberPoint) }).nullish(),
  sum: z
    .object({
      dataPoints: listOf(numberPoint),
      aggregationTemporality,
      isMonotonic: z.boolean().default(false),
    })
    .nullish(),
  histogram: z.object({ dataPoints: listOf(histogramPoint), aggregationTemporality }).nullish(),
  exponentialHistogram: z.object({ dataPoints: listOf(exponentialPoint), aggregationTemporality }).nullish(),
  summary: z.object({ dataPoints: listOf(z.object({})) }).nullish(),
});
export type OtlpMetric = z.output<typeof metric>;

export const otlpMetrics = z.object({
  resourceMetrics: listOf(z.object({ resource, scopeMetrics: listOf(z.object({ metrics: listOf(metric) })) })),
});

/** `ExportTraceServiceResponse` and its like. @param rejected how the signal calls what was not kept */
export const exportAnswerOf = (rejected: string) =>
  z.object({
    partialSuccess: z
      .object({ [rejected]: z.string().regex(/^\d+$/), errorMessage: z.string() })
      .optional()
      .describe('Absent: all was kept'),
  });

/** Of what a body of OTLP unpacks to. */
export const otlpMaxBytes = 8_000_000;
export const otlpContentTypes = ['application/x-protobuf', 'application/json'] as const;
export type OtlpContentType = (typeof otlpContentTypes)[number];
