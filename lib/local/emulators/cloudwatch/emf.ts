import { z } from 'zod';
import type { Measurement } from './model.ts';

const metadata = z.object({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string().min(1), Unit: z.string().default('None') })),
      }),
    ),
  }),
});

/**
 * The metrics in a log line of the Embedded Metric Format; none when it is any other line. Each set of dimensions is a
 * metric of its own. As CloudWatch does, it drops sets and metrics whose target is not in the line.
 */
export function parseEmf(line: string): readonly Measurement[] {
  const record = parseRecord(line);
  const parsed = metadata.safeParse(record);
  if (record === undefined || !parsed.success) return [];
  const { Timestamp: timestampMs, CloudWatchMetrics } = parsed.data._aws;
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.map((names) => resolve(names, record))
      .filter((set) => set !== undefined)
      .flatMap((set) =>
        Metrics.flatMap(({ Name, Unit }) => {
          const values = numbers(record[Name]).map((value) => ({ value, count: 1 }));
          const metric = { Namespace, MetricName: Name, Dimensions: set };
          return values.length === 0 ? [] : [{ ...metric, timestampMs, unit: Unit, values }];
        }),
      ),
  );
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  // Nearly all lines are ordinary logs: this spares parsing them.
  if (!line.includes('"_aws"')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function resolve(
  names: readonly string[],
  record: Readonly<Record<string, unknown>>,
): Measurement['Dimensions'] | undefined {
  const set = names.map((Name) => ({ Name, Value: record[Name] }));
  const complete = set.filter((entry): entry is { Name: string; Value: string } => typeof entry.Value === 'string');
  return complete.length === names.length ? complete : undefined;
}

const numbers = (value: unknown): readonly number[] =>
  [value].flat().filter((element): element is number => typeof element === 'number' && Number.isFinite(element));
