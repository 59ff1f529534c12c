import type { OptimizationExport } from '../../contracts/optimization-controls.ts';
import { isoTime } from '../../platform/clock.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { placeOf } from '../sides.ts';
import type { ChangeWriter } from './change-writer.ts';
import { driftOf, type KeptChange, keptChanges } from './drift.ts';
import { runItem } from './model.ts';

/** What runs have kept of a project's stack, so that its next deployment does not undo it. */
export class KeptExport {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #services: { projects: Pick<ProjectService, 'require'>; writer: ChangeWriter };

  constructor(
    parts: Pick<Parts, 'table' | 'clock'>,
    services: { projects: Pick<ProjectService, 'require'>; writer: ChangeWriter },
  ) {
    this.#parts = parts;
    this.#services = services;
  }

  /** @throws DomainError not-found */
  async of(project: string): Promise<OptimizationExport> {
    const { projects, writer } = this.#services;
    await projects.require(project);
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
          change,
        })),
      drifted: looked.flatMap(({ drift }) => drift ?? []),
    };
  }
}
