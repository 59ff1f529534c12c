import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type CloudWatchAlarm,
  type CloudWatchAlarmSettings,
  type CloudWatchAlarms,
  cloudWatchAlarmSettings,
  mostCloudWatchAlarms,
} from '../../contracts/cloudwatch-alarms.ts';
import { projectName, timestamp } from '../../contracts/names.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType, Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { resourcesIn } from '../../telemetry/aws/project-figures.ts';
import type { AlarmClient } from './alarm-client.ts';
import { projectPrefix } from './alarm-names.ts';
import { type Difference, differenceOf } from './difference.ts';
import { type WantedAlarm, wantedAlarms } from './wanted.ts';

const kept = z.object({
  project: projectName,
  settings: cloudWatchAlarmSettings,
  updatedAt: timestamp,
  /** Of the alarms that were brought into CloudWatch last; empty: none yet. */
  digest: z.string(),
});
type Kept = z.output<typeof kept>;
const keptItem: ItemType<Kept> = { name: 'CloudWatchAlarms', version: 1, schema: kept };

/** Per month and alarm of one metric; one of several metrics costs it for each. us-east-1. */
const usdPerMetric = 0.1;
/** Whoever meets others who change the same looks again. */
const attempts = 5;

interface ServiceParts extends Pick<Parts, 'table' | 'clock'> {
  stage: string;
  topicArn: string;
}

/** The thresholds of projects as CloudWatch alarms on their resources: made, kept so, and removed. */
export class CloudWatchAlarmService {
  readonly #parts: ServiceParts;
  readonly #projects: ProjectService;
  readonly #alarms: AlarmClient;

  constructor(parts: ServiceParts, projects: ProjectService, alarms: AlarmClient) {
    this.#parts = parts;
    this.#projects = projects;
    this.#alarms = alarms;
  }

  /** @throws DomainError not-found, conflict, unavailable */
  async put(project: string, settings: CloudWatchAlarmSettings): Promise<CloudWatchAlarms> {
    const { table, clock } = this.#parts;
    const { alarms } = await this.#wanted(project, settings);
    if (alarms.length > mostCloudWatchAlarms) {
      const counted = `${alarms.length} alarms would be made, and ${mostCloudWatchAlarms} are the most`;
      throw new DomainError('conflict', `${counted}: ask for fewer types.`);
    }
    const value: Kept = { project, settings, updatedAt: isoTime(clock()), digest: '' };
    for (let attempt = 0; ; attempt++) {
      if (attempt === attempts) throw new DomainError('conflict', 'Others change the alarms of this project.');
      const known = await table.get(keptItem, keys.cloudWatchAlarms(project));
      const written =
        known === undefined
          ? await table.create(keptItem, keys.cloudWatchAlarms(project), value)
          : await table.replace(known, value);
      if (written !== undefined) break;
    }
    await this.#keep(project);
    return this.show(project);
  }

  /** @throws DomainError not-found, unavailable */
  async show(project: string): Promise<CloudWatchAlarms> {
    const { settings, updatedAt } = (await this.#require(project)).value;
    const { alarms, elsewhere } = await this.#wanted(project, settings);
    const { compared, notAskedFor } = await this.#difference(project, alarms);
    return {
      settings,
      updatedAt,
      alarms: [
        ...compared.map(
          ({ wanted: { type, resource, definition }, found, drift }): CloudWatchAlarm => ({
            name: definition.AlarmName,
            type,
            resource,
            description: definition.AlarmDescription,
            ...(found?.StateValue === undefined ? {} : { state: found.StateValue as CloudWatchAlarm['state'] }),
            drift,
          }),
        ),
        ...notAskedFor.map(
          ({ AlarmName = '', StateValue }): CloudWatchAlarm => ({
            name: AlarmName,
            ...(StateValue === undefined ? {} : { state: StateValue as CloudWatchAlarm['state'] }),
            drift: 'not-asked-for',
          }),
        ),
      ],
      elsewhere,
      costUsdPerMonth: Number((usdPerMetric * alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0)).toFixed(2)),
    };
  }

  /** @throws DomainError not-found, unavailable */
  async delete(project: string): Promise<void> {
    await this.#require(project);
    await this.#remove(project);
  }

  /**
   * Brings into CloudWatch what changed of thresholds, resources and settings since, and removes what was made for projects that are
   * no more. Where nothing changed, CloudWatch is not asked.
   *
   * @returns for how many projects there was something to do
   * @throws AggregateError after all others had their turn
   */
  async keepAll(): Promise<number> {
    let done = 0;
    const failures: unknown[] = [];
    for await (const { value } of this.#parts.table.all(keptItem, keys.allCloudWatchAlarms())) {
      try {
        if (await this.#keep(value.project)) done += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'The alarms of some projects could not be kept');
    return done;
  }

  /** @returns whether there was something to do */
  async #keep(project: string): Promise<boolean> {
    const { table } = this.#parts;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const known = await table.get(keptItem, keys.cloudWatchAlarms(project));
      const wanted = known && (await this.#wantedOrNone(project, known.value.settings));
      if (known === undefined || wanted === undefined) {
        await this.#remove(project);
        return true;
      }
      const digest = digestOf(wanted);
      if (digest === known.value.digest) return attempt > 0;
      await this.#bring(project, wanted);
      // Somebody else who changed it meanwhile may have been overtaken in CloudWatch: it is brought again.
      if ((await table.replace(known, { ...known.value, digest })) !== undefined) return true;
    }
    throw new Error(`The alarms of ${project} were changed by others again and again`);
  }

  async #bring(project: string, wanted: readonly WantedAlarm[]): Promise<void> {
    const { compared, notAskedFor } = await this.#difference(project, wanted);
    const tags = { 'headroom:stage': this.#parts.stage, 'headroom:project': project };
    for (const { wanted: each, drift } of compared) {
      if (drift !== 'none') await this.#alarms.put(each.definition, tags);
    }
    await this.#alarms.delete(notAskedFor.map(({ AlarmName = '' }) => AlarmName));
  }

  /** First the alarms: what ends half way is done again. */
  async #remove(project: string): Promise<void> {
    const there = await this.#alarms.list(projectPrefix(this.#parts.stage, project));
    await this.#alarms.delete(there.map(({ AlarmName = '' }) => AlarmName));
    await this.#parts.table.delete(keys.cloudWatchAlarms(project));
  }

  async #difference(project: string, wanted: readonly WantedAlarm[]): Promise<Difference> {
    return differenceOf(wanted, await this.#alarms.list(projectPrefix(this.#parts.stage, project)));
  }

  /** @throws DomainError not-found */
  async #wanted(
    project: string,
    settings: CloudWatchAlarmSettings,
  ): Promise<{ alarms: WantedAlarm[]; elsewhere: string[] }> {
    const { stage, topicArn } = this.#parts;
    const { resources } = await this.#projects.require(project);
    const thresholds = await this.#projects.thresholds(project);
    const { here, elsewhere } = resourcesIn(await this.#alarms.region(), resources);
    return { alarms: wantedAlarms({ stage, project, resources: here, thresholds, settings, topicArn }), elsewhere };
  }

  /** Undefined: the project is no more. */
  async #wantedOrNone(project: string, settings: CloudWatchAlarmSettings): Promise<WantedAlarm[] | undefined> {
    try {
      return (await this.#wanted(project, settings)).alarms;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  async #require(project: string): Promise<Stored<Kept>> {
    await this.#projects.require(project);
    const found = await this.#parts.table.get(keptItem, keys.cloudWatchAlarms(project));
    if (found === undefined) throw notFound(`CloudWatch alarms of the project ${project}`);
    return found;
  }
}

const metricsOf = ({ definition }: WantedAlarm): number =>
  Math.max(1, (definition.Metrics ?? []).filter(({ MetricStat }) => MetricStat !== undefined).length);

const digestOf = (wanted: readonly WantedAlarm[]): string =>
  createHash('sha256')
    .update(JSON.stringify(wanted.map(({ definition }) => definition)))
    .digest('base64url');
