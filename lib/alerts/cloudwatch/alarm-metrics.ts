import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmNotification, AlarmTrigger } from '../../contracts/alarm-notification.ts';
import type { AlertWindow } from '../../contracts/alerts.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { type AlarmQueries, queriesOf } from './alarm-queries.ts';

/** An alert is not to wait longer for what it shows. */
const patienceMs = 8000;
/** Periods, before the alarm went off: more where the alarm looks at more. */
const leastShown = 30;
const mostShown = 120;
const minuteMs = 60_000;

/** What alarms looked at, as CloudWatch has it. */
export class AlarmMetrics {
  readonly #client: CloudWatchClient;
  readonly #log: Log;

  constructor(client: CloudWatchClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  /**
   * The last periods before an alarm went off, the same however often it is said. Never rejects.
   * @returns undefined for an alarm of other alarms, and where nothing can be read
   */
  async before({ AlarmName, StateChangeTime, Trigger }: AlarmNotification): Promise<AlertWindow | undefined> {
    const asked = Trigger == null ? undefined : queriesOf(Trigger);
    if (Trigger == null || asked === undefined) return undefined;
    try {
      return await this.#read(asked, rangeOf(Trigger, asked, Date.parse(StateChangeTime)));
    } catch (error) {
      this.#log.warn('What an alarm looked at could not be read', { alarm: AlarmName, error });
      return undefined;
    }
  }

  async #read({ queries, id, metric, periodSeconds }: AlarmQueries, { from, steps }: Range) {
    const stepMs = periodSeconds * 1000;
    const { MetricDataResults = [] } = await this.#client.send(
      new GetMetricDataCommand({
        StartTime: new Date(from),
        EndTime: new Date(from + steps * stepMs),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: queries,
      }),
      { abortSignal: AbortSignal.timeout(patienceMs) },
    );
    const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
    const values = Array.from({ length: steps }, (): number | null => null);
    for (const [index, at] of Timestamps.entries()) {
      const step = Math.floor((at.getTime() - from) / stepMs);
      if (step >= 0 && step < steps) values[step] = Values[index] ?? null;
    }
    if (values.every((value) => value === null)) return undefined;
    return { metric, from: isoTime(from), stepSeconds: periodSeconds, values };
  }
}

interface Range {
  from: number;
  steps: number;
}

/** Alarms look at whole minutes, of whatever period; those of less than a minute at whole periods. */
function rangeOf({ EvaluationPeriods }: AlarmTrigger, { periodSeconds }: AlarmQueries, at: number): Range {
  const stepMs = periodSeconds * 1000;
  const wholeMs = Math.min(stepMs, minuteMs);
  const steps = Math.min(mostShown, Math.max(leastShown, EvaluationPeriods ?? 0));
  return { from: Math.floor(at / wholeMs) * wholeMs - steps * stepMs, steps };
}
