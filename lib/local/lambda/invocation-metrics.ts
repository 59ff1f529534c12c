import type { Measurement } from '../emulators/cloudwatch/model.ts';

export type SeenInvocation =
  | { readonly outcome: 'throttled' }
  | {
      readonly outcome: 'answered' | 'failed';
      readonly durationMs: number;
      /** Of the function, this one included, when it began. */
      readonly concurrent: number;
    };

/** Of one function within one minute. */
interface Minute {
  readonly functionName: string;
  readonly startMs: number;
  invocations: number;
  errors: number;
  throttles: number;
  peakConcurrency: number;
  /** How often a duration was seen, to three digits: as many as the emulator keeps. */
  readonly durations: Map<number, number>;
}

const minuteMs = 60_000;
const threeDigits = (value: number): number => Number(value.toPrecision(3));

/** What Lambda reports of a function to CloudWatch, gathered here by the minute: thousands of invocations are a few numbers. */
export class InvocationMetrics {
  #minutes = new Map<string, Minute>();

  add(functionName: string, invocation: SeenInvocation, nowMs: number): void {
    const minute = this.#minute(functionName, Math.floor(nowMs / minuteMs) * minuteMs);
    if (invocation.outcome === 'throttled') {
      minute.throttles++;
      return;
    }
    minute.invocations++;
    if (invocation.outcome === 'failed') minute.errors++;
    minute.peakConcurrency = Math.max(minute.peakConcurrency, invocation.concurrent);
    const durationMs = threeDigits(invocation.durationMs);
    minute.durations.set(durationMs, (minute.durations.get(durationMs) ?? 0) + 1);
  }

  /** What came since it was called last. */
  drain(): Measurement[] {
    const minutes = [...this.#minutes.values()];
    this.#minutes = new Map();
    return minutes.flatMap(measurementsOf);
  }

  #minute(functionName: string, startMs: number): Minute {
    const key = `${startMs} ${functionName}`;
    const known = this.#minutes.get(key);
    if (known !== undefined) return known;
    const counts = { invocations: 0, errors: 0, throttles: 0, peakConcurrency: 0 };
    const minute: Minute = { functionName, startMs, ...counts, durations: new Map() };
    this.#minutes.set(key, minute);
    return minute;
  }
}

function measurementsOf({ functionName, startMs, invocations, errors, throttles, ...rest }: Minute): Measurement[] {
  const one = (MetricName: string, unit: string, ...counted: [value: number, count: number][]): Measurement[] => {
    const values = counted.filter(([, count]) => count > 0).map(([value, count]) => ({ value, count }));
    const identity = {
      Namespace: 'AWS/Lambda',
      MetricName,
      Dimensions: [{ Name: 'FunctionName', Value: functionName }],
    };
    return values.length === 0 ? [] : [{ ...identity, timestampMs: startMs, unit, values }];
  };
  return [
    ...one('Invocations', 'Count', [1, invocations]),
    ...one('Errors', 'Count', [1, errors], [0, invocations - errors]),
    ...one('Throttles', 'Count', [1, throttles], [0, invocations]),
    ...one('Duration', 'Milliseconds', ...rest.durations),
    ...one('ConcurrentExecutions', 'Count', [rest.peakConcurrency, rest.peakConcurrency > 0 ? 1 : 0]),
  ];
}
