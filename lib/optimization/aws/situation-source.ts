import type { Project } from '../../contracts/projects.ts';
import type { AwsMetrics } from '../../telemetry/aws/service.ts';
import type { Known, SituationSource } from '../situation-source.ts';
import type { AwsConfigurationReader } from './configuration/reader.ts';

/** A day: figures of less say little of what a resource must bear. */
const minutes = 24 * 60;

/** What AWS says of a project's resources: how they are configured, and what CloudWatch has of them. */
export class AwsSituation implements SituationSource {
  readonly name = 'AWS resources';
  readonly #reader: Pick<AwsConfigurationReader, 'read'>;
  readonly #metrics: Pick<AwsMetrics, 'resources'>;

  constructor(reader: Pick<AwsConfigurationReader, 'read'>, metrics: Pick<AwsMetrics, 'resources'>) {
    this.#reader = reader;
    this.#metrics = metrics;
  }

  async read(project: Project): Promise<Known> {
    if (!Object.values(project.resources).some((named) => named !== undefined && named.length > 0)) return {};
    const [aws, awsFigures] = await Promise.all([
      this.#reader.read(project),
      // A spent budget takes the figures, and leaves what the configuration says by itself.
      this.#metrics.resources(project.project, minutes).catch(() => undefined),
    ]);
    return { aws, ...(awsFigures === undefined ? {} : { awsFigures }) };
  }
}
