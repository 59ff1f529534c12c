import { functionNames } from '../../contracts/functions.ts';
import { queueNames } from '../../contracts/messages.ts';
import type { FunctionStatus } from '../../contracts/status.ts';
import type { Parts } from '../../platform/parts.ts';
import { figuresOf, queriesOf, quotient } from '../../telemetry/aws/metric-query.ts';
import type { MetricReader } from '../../telemetry/aws/metric-reader.ts';
import { lambdaSet, type MetricSet, queueSet } from '../../telemetry/aws/metric-sets.ts';

const minuteMs = 60_000;
const lookedAtMs = 5 * minuteMs;
/** Each metric that is asked for is paid for: whoever asks again so soon is told the same. */
const keptMs = 30_000;

const { invocations, errors, throttles, durationMs, maxDurationMs } = lambdaSet.readings;
const ofFunctions = { ...lambdaSet, readings: { invocations, errors, throttles, durationMs, maxDurationMs } };
const ofQueues: MetricSet<'maxOldestMessageAgeSeconds'> = {
  ...queueSet,
  readings: { maxOldestMessageAgeSeconds: queueSet.readings.maxOldestMessageAgeSeconds },
};

export interface OwnFigures {
  /** Those that were called, or refused. */
  functions: FunctionStatus[];
  /** By queue, in seconds. A queue that held nothing has none. */
  oldestAges: ReadonlyMap<string, number>;
}

/** What CloudWatch says of the platform's own functions and queues in the last five minutes. */
export class OwnMetrics {
  readonly #parts: Pick<Parts, 'clock' | 'configuration'>;
  readonly #reader: Pick<MetricReader, 'read'>;
  #kept: { figures: OwnFigures; until: number } | undefined;

  constructor(parts: Pick<Parts, 'clock' | 'configuration'>, reader: Pick<MetricReader, 'read'>) {
    this.#parts = parts;
    this.#reader = reader;
  }

  /** @throws when CloudWatch does not answer */
  async read(): Promise<OwnFigures> {
    const now = this.#parts.clock();
    if (this.#kept !== undefined && this.#kept.until > now) return this.#kept.figures;
    const figures = await this.#ask(now);
    this.#kept = { figures, until: now + keptMs };
    return figures;
  }

  async #ask(now: number): Promise<OwnFigures> {
    const { deployedPrefix = '', queueUrls } = this.#parts.configuration;
    const functions = functionNames.map((name) => ({ name, deployed: `${deployedPrefix}${name}` }));
    const queues = queueNames.map((name) => ({ name, deployed: queueUrls[name]?.split('/').at(-1) ?? name }));
    const queries = [
      ...functions.flatMap(({ deployed }) => queriesOf(ofFunctions, deployed)),
      ...queues.flatMap(({ deployed }) => queriesOf(ofQueues, deployed)),
    ];
    const fromMs = Math.floor((now - lookedAtMs) / minuteMs) * minuteMs;
    const { points, failure } = await this.#reader.read(queries, { fromMs, toMs: now, periodSeconds: 60 });
    if (failure !== undefined) throw failure;
    const ages = queues.flatMap(({ name, deployed }): [string, number][] => {
      const { maxOldestMessageAgeSeconds: age } = figuresOf(ofQueues, deployed, points);
      return age === undefined ? [] : [[name, age]];
    });
    return {
      functions: functions.flatMap(({ name, deployed }) => {
        const found = figuresOf(ofFunctions, deployed, points);
        return (found.invocations ?? 0) + (found.throttles ?? 0) === 0 ? [] : [functionStatus(name, found)];
      }),
      oldestAges: new Map(ages),
    };
  }
}

function functionStatus(
  name: string,
  found: Partial<Record<keyof typeof ofFunctions.readings, number>>,
): FunctionStatus {
  const { invocations: calls = 0, errors: failed = 0, throttles: refused = 0 } = found;
  const errorRatePercent = quotient(failed * 100, calls);
  const avgDurationMs = quotient(found.durationMs, calls);
  return {
    name,
    invocations: calls,
    errors: failed,
    throttles: refused,
    ...(errorRatePercent === undefined ? {} : { errorRatePercent }),
    ...(avgDurationMs === undefined ? {} : { avgDurationMs }),
    ...(found.maxDurationMs === undefined ? {} : { maxDurationMs: found.maxDurationMs }),
  };
}
