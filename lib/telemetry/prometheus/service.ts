import type { Clock } from '../../platform/clock.ts';
import type { ProjectService } from '../../projects/service.ts';
import { startOf } from '../rollups/levels.ts';
import type { TelemetryService } from '../service.ts';
import { exposition } from './exposition.ts';
import { familiesOf } from './families.ts';

/** What Prometheus scrapes of a project. */
export class PrometheusExport {
  readonly #telemetry: TelemetryService;
  readonly #projects: ProjectService;
  readonly #clock: Clock;

  constructor(telemetry: TelemetryService, projects: ProjectService, clock: Clock) {
    this.#telemetry = telemetry;
    this.#projects = projects;
    this.#clock = clock;
  }

  /** @throws DomainError not-found */
  async text(project: string): Promise<string> {
    await this.#projects.require(project);
    const now = this.#clock();
    // The end is open: what was reported of the last seconds belongs to it too.
    const day = { from: startOf('day', now), to: now + 60_000 };
    return exposition(familiesOf(await this.#telemetry.aggregate(project, day)));
  }
}
