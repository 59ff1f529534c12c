import { analyse } from '../../analysis/analyse.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { TelemetryService } from '../../telemetry/service.ts';
import type { Situation } from '../situation.ts';
import type { Known, SituationSource } from '../situation-source.ts';

/** As far back as a standard analysis looks. */
const periodMs = 60 * 60_000;

interface Services {
  projects: ProjectService;
  telemetry: TelemetryService;
  sources: readonly SituationSource[];
}

/** Reads all that optimizations are planned from. */
export class SituationReader {
  readonly #parts: Pick<Parts, 'clock' | 'log'>;
  readonly #services: Services;

  constructor(parts: Pick<Parts, 'clock' | 'log'>, services: Services) {
    this.#parts = parts;
    this.#services = services;
  }

  /** @throws DomainError not-found */
  async read(name: string): Promise<Situation> {
    const { projects, telemetry, sources } = this.#services;
    const project = await projects.require(name);
    const thresholds = await projects.thresholds(name);
    const to = this.#parts.clock();
    const period = { from: to - periodMs, to };
    const telling = telemetry.aggregate(name, period);
    const [told, ...known] = await Promise.all([
      telling,
      ...sources.map((source) => this.#knownBy(source, project, telling)),
    ]);
    const { bottlenecks } = analyse(told, thresholds, period);
    return Object.assign({ project, thresholds, period, telemetry: told, bottlenecks, settings: {} }, ...known);
  }

  async #knownBy(
    source: SituationSource,
    project: Situation['project'],
    telemetry: Promise<Situation['telemetry']>,
  ): Promise<Known> {
    try {
      return await source.read(project, telemetry);
    } catch (error) {
      this.#parts.log.error('A part of what optimizations are planned from could not be read', {
        project: project.project,
        source: source.name,
        error,
      });
      return {};
    }
  }
}
