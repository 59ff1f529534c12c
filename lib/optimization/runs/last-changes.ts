import type { Project } from '../../contracts/projects.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import { placeOf } from '../sides.ts';
import type { Known, SituationSource } from '../situation-source.ts';
import { runItem } from './model.ts';

/** The newest runs say it: older changes have long had their effect. */
const lookedAt = 50;

/** Tells when a change of each module, and of each place, was last kept. */
export class LastChanges implements SituationSource {
  readonly name = 'runs';
  readonly #table: Parts['table'];

  constructor({ table }: Pick<Parts, 'table'>) {
    this.#table = table;
  }

  async read({ project }: Project): Promise<Known> {
    const { items } = await this.#table.page(
      runItem,
      keys.optimizationRuns(project),
      { limit: lookedAt },
      'descending',
    );
    const lastChangedAt = new Map<string, number>();
    const placesChangedAt = new Map<string, number>();
    for (const { plannedOptimizations, units } of items) {
      for (const [index, { module, changes }] of plannedOptimizations.entries()) {
        const keptAt = units[index]?.keptAt;
        if (keptAt === undefined) continue;
        raise(lastChangedAt, module, Date.parse(keptAt));
        for (const change of changes) raise(placesChangedAt, placeOf(change), Date.parse(keptAt));
      }
    }
    return { lastChangedAt, placesChangedAt };
  }
}

const raise = (times: Map<string, number>, name: string, at: number): unknown =>
  times.set(name, Math.max(at, times.get(name) ?? 0));
