import { mostDeployments, type ServiceDeployment, type ToldDeployment } from '../../contracts/deployments.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { deploymentsItem } from './model.ts';

/** Two who note at the same moment both come through. */
const attempts = 5;
/** A thousand instances tell of the same version with each batch: each process of ours asks the table once. */
const maxRemembered = 10_000;
/** Clocks of others may be a little ahead. */
const aheadMs = 5 * 60_000;

/** Knows when services were deployed: as somebody told, or as the first process of a version reported. */
export class DeploymentService {
  readonly #table: HistoryTable;
  readonly #clock: Clock;
  readonly #projects: Pick<ProjectService, 'require'>;
  readonly #seen = new Set<string>();

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>, projects: Pick<ProjectService, 'require'>) {
    this.#table = table;
    this.#clock = clock;
    this.#projects = projects;
  }

  /** The newest first. @throws DomainError not-found */
  async list(project: string): Promise<ServiceDeployment[]> {
    await this.#projects.require(project);
    const stored = await this.#table.get(deploymentsItem, keys.deployments(project));
    return stored?.value.deployments ?? [];
  }

  /** @throws DomainError not-found, invalid-request, conflict */
  async tell(project: string, { version, at, description }: ToldDeployment): Promise<ServiceDeployment> {
    await this.#projects.require(project);
    const now = this.#clock();
    const time = at === undefined ? now : Date.parse(at);
    if (time > now + aheadMs) {
      const fieldErrors = [{ path: 'body.at', message: 'lies in the future' }];
      throw new DomainError('invalid-request', 'A deployment is noted when it is done.', { fieldErrors });
    }
    const told: ServiceDeployment = {
      version,
      at: isoTime(time),
      source: 'told',
      ...(description === undefined ? {} : { description }),
    };
    await this.#add(project, told, (known) => known.version === version && known.at === told.at);
    return told;
  }

  /**
   * A process of this version reports. Versions that were known before, also by `tell`, are no news. To go back to an earlier version is
   * a deployment that only `tell` can know of.
   * @param at of what it reports, ISO 8601
   */
  async heard(project: string, version: string, at: string): Promise<void> {
    const name = `${project} ${version}`;
    if (this.#seen.has(name)) return;
    await this.#add(project, { version, at, source: 'reported' }, (known) => known.version === version);
    if (this.#seen.size >= maxRemembered) this.#seen.clear();
    this.#seen.add(name);
  }

  /** Puts it among the others by its time, unless it is there. */
  async #add(project: string, one: ServiceDeployment, isSame: (known: ServiceDeployment) => boolean): Promise<void> {
    const key = keys.deployments(project);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const stored = await this.#table.get(deploymentsItem, key);
      const before = stored?.value.deployments ?? [];
      if (before.some(isSame)) return;
      const deployments = [...before, one].sort((a, b) => b.at.localeCompare(a.at)).slice(0, mostDeployments);
      const written =
        stored === undefined
          ? await this.#table.create(deploymentsItem, key, { deployments })
          : await this.#table.replace(stored, { deployments });
      if (written !== undefined) return;
    }
    throw new DomainError('conflict', `Others note deployments of ${project} at the same moment. Try again.`);
  }
}
