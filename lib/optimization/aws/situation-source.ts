import type { Project } from '../../contracts/projects.ts';
import type { Clock } from '../../platform/clock.ts';
import type { AwsMetrics } from '../../telemetry/aws/service.ts';
import type { TelemetryHistory } from '../../telemetry/history/service.ts';
import type { Known, SituationSource } from '../situation-source.ts';
import type { AwsConfigurationReader } from './configuration/reader.ts';

const hourMs = 3_600_000;
/** A week has its busy days and its quiet ones. */
const trafficHours = 7 * 24;
/** A day: figures of less say little of what a resource must bear. */
const minutes = 24 * 60;

export interface AwsSituationParts {
  reader: Pick<AwsConfigurationReader, 'read'>;
  metrics: Pick<AwsMetrics, 'resources'>;
  history: Pick<TelemetryHistory, 'series'>;
  clock: Clock;
}

/** What AWS says of a project's resources: how they are configured, and what CloudWatch has of them. */
export class AwsSituation implements SituationSource {
  readonly name = 'AWS resources';
  readonly #parts: AwsSituationParts;

  constructor(parts: AwsSituationParts) {
    this.#parts = parts;
  }

  async read(project: Project): Promise<Known> {
    const { role: _, ...named } = project.resources;
    if (!Object.values(named).some((names) => names !== undefined && names.length > 0)) return {};
    const { reader, metrics } = this.#parts;
    const [aws, awsFigures, hourlyTraffic] = await Promise.all([
      reader.read(project),
      // A spent budget takes the figures, and leaves what the configuration says by itself.
      metrics.resources(project.project, minutes).catch(() => undefined),
      this.#traffic(project.project).catch(() => undefined),
    ]);
    return {
      aws,
      ...(awsFigures === undefined ? {} : { awsFigures }),
      ...(hourlyTraffic === undefined ? {} : { hourlyTraffic }),
    };
  }

  async #traffic(project: string): Promise<ReadonlyMap<number, number>> {
    const { history, clock } = this.#parts;
    const to = Math.floor(clock() / hourMs) * hourMs;
    const period = { from: to - trafficHours * hourMs, to };
    const points = (await history.series(project, ['requestsPerSecond'], 'hour', period)).get('requestsPerSecond');
    return new Map((points ?? []).map(({ at, value }) => [at, value]));
  }
}
