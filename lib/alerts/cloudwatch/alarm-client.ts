import {
  type CloudWatchClient,
  CloudWatchServiceException,
  DeleteAlarmsCommand,
  LimitExceededFault,
  type MetricAlarm,
  PutMetricAlarmCommand,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import { DomainError } from '../../platform/errors.ts';
import type { AlarmDefinition } from './wanted.ts';

/** DeleteAlarms takes no more at once. */
const mostDeleted = 100;

/** Alarms of metrics in CloudWatch. */
export class AlarmClient {
  readonly #client: CloudWatchClient;

  constructor(client: CloudWatchClient) {
    this.#client = client;
  }

  /** Where all of it happens. */
  region(): Promise<string> {
    return this.#client.config.region();
  }

  /** @throws DomainError unavailable */
  list(prefix: string): Promise<MetricAlarm[]> {
    return answered(async () => {
      const found: MetricAlarm[] = [];
      const pages = paginateDescribeAlarms({ client: this.#client }, { AlarmNamePrefix: prefix });
      for await (const { MetricAlarms = [] } of pages) found.push(...MetricAlarms);
      return found;
    });
  }

  /** An alarm that is there keeps its state, and its tags. @throws DomainError conflict, unavailable */
  async put(definition: AlarmDefinition, tags: Readonly<Record<string, string>>): Promise<void> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await answered(() => this.#client.send(new PutMetricAlarmCommand({ ...definition, Tags })));
  }

  /** Those that are not there are gone already. @throws DomainError unavailable */
  async delete(names: readonly string[]): Promise<void> {
    for (let from = 0; from < names.length; from += mostDeleted) {
      const AlarmNames = names.slice(from, from + mostDeleted);
      await answered(() => this.#client.send(new DeleteAlarmsCommand({ AlarmNames })));
    }
  }
}

async function answered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof LimitExceededFault) {
      throw new DomainError('conflict', 'The account has as many alarms as it may have in this region.', { cause });
    }
    const why = cause instanceof CloudWatchServiceException ? ` (${cause.name})` : '';
    throw new DomainError('unavailable', `CloudWatch could not be asked${why}.`, { cause });
  }
}
