import type { Project } from '../../../contracts/projects.ts';
import type { Parts } from '../../../platform/parts.ts';
import { keys } from '../../../platform/table/keys.ts';
import type { Known, SituationSource } from '../../situation-source.ts';
import { resultOf } from './service.ts';
import { type StoredSweep, sweepItem } from './stored.ts';

/** Of all functions of a project; who sweeps more asks again for the older ones. */
const lookedAt = 50;
/** A function is not the same for long. */
const youngMs = 30 * 24 * 60 * 60 * 1000;

/** The newest memory sweep of each function, where it came to its end. */
export class SweepSituation implements SituationSource {
  readonly name = 'memory sweeps';
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  async read({ project, resources }: Project): Promise<Known> {
    if ((resources.lambdas ?? []).length === 0) return {};
    const { table, clock } = this.#parts;
    const page = await table.page(sweepItem, keys.memorySweeps(project), { limit: lookedAt }, 'descending');
    const isYoung = ({ endedAt }: StoredSweep): boolean =>
      endedAt !== undefined && clock() - Date.parse(endedAt) < youngMs;
    const memorySweeps = new Map(
      page.items
        .filter(isYoung)
        .toReversed()
        .flatMap((stored) => {
          const { balanced, curve } = resultOf(stored);
          const { createdAt, endedAt = createdAt, sweep } = stored;
          return balanced === undefined
            ? []
            : [[sweep.resource, { balanced, curve, from: createdAt, to: endedAt }] as const];
        }),
    );
    return memorySweeps.size === 0 ? {} : { memorySweeps };
  }
}
