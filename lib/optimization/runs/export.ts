import type { OptimizationExport } from '../../contracts/optimization-controls.ts';
import type { Change } from '../../contracts/optimizations.ts';
import type { Project } from '../../contracts/projects.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { resourceName } from '../../telemetry/aws/resource-name.ts';
import type { StackOf } from '../aws/configuration/model.ts';
import { placeOf } from '../sides.ts';
import type { ChangeWriter } from './change-writer.ts';
import { driftOf, type KeptChange, keptChanges } from './drift.ts';
import { runItem } from './model.ts';

export interface ExportServices {
  projects: Pick<ProjectService, 'require'>;
  writer: ChangeWriter;
  stackOf?: StackOf | undefined;
}

/** What runs have kept of a project's stack, so that its next deployment does not undo it. */
export class KeptExport {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #services: ExportServices;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, services: ExportServices) {
    this.#parts = parts;
    this.#services = services;
  }

  /** @throws DomainError not-found */
  async of(project: string): Promise<OptimizationExport> {
    const { projects, writer } = this.#services;
    const found = await projects.require(project);
    // By place: of several that changed the same, the last one stands.
    const kept = new Map<string, KeptChange & { runId: string }>();
    for await (const { value } of this.#parts.table.all(runItem, keys.optimizationRuns(project))) {
      for (const each of keptChanges(value)) {
        // Nothing else is deployed with the stack.
        if (each.change.kind !== 'aws') continue;
        // Not by the order of the runs: one that waited for approval may have kept it after one that was planned later.
        const place = placeOf(each.change);
        if ((kept.get(place)?.keptAt ?? '') <= each.keptAt) kept.set(place, { ...each, runId: value.runId });
      }
    }
    const looked = await Promise.all(
      [...kept.values()].map(async (each) => ({ each, drift: await driftOf(writer, project, each) })),
    );
    const logicalIdOf = await this.#logicalIds(found);
    return {
      version: 1,
      project,
      exportedAt: isoTime(this.#parts.clock()),
      changes: looked
        .filter(({ drift }) => drift === undefined)
        .map(({ each: { runId, id, name, keptAt, improvementPercent, change } }) => ({
          runId,
          id,
          name,
          keptAt,
          ...(improvementPercent === undefined ? {} : { improvementPercent }),
          ...logicalIdOf(change),
          change,
        })),
      drifted: looked.flatMap(({ drift }) => drift ?? []),
    };
  }

  /** By which the stack of the project knows what is changed, where that can be read. */
  async #logicalIds(project: Project): Promise<(change: Change) => { logicalId?: string }> {
    const stack = await this.#services.stackOf?.(project);
    const logicalIds = new Map(
      stack?.members.map(({ physicalId, logicalId }) => [resourceName(physicalId), logicalId] as const),
    );
    return (change) => {
      if (change.kind !== 'aws') return {};
      const [kind, id = ''] = change.property.split('/');
      const logicalId = logicalIds.get(kind === 'eventSource' ? id : resourceName(change.resource));
      return logicalId === undefined ? {} : { logicalId };
    };
  }
}
