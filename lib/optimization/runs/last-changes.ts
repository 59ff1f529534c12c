import type { Project } from '../../contracts/projects.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import type { Known, SituationSource } from '../situation-source.ts';
import { runItem } from './model.ts';

/** The newest runs say it: older changes have long had their effect. */
const lookedAt = 50;

/** Tells when a change of each module was last kept. */
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
    for (const { plannedOptimizations, units } of items) {
      for (const [index, { module }] of plannedOptimizations.entries()) {
        const keptAt = units[index]?.keptAt;
        if (keptAt === undefined) continue;
        lastChangedAt.set(module, Math.max(Date.parse(keptAt), lastChangedAt.get(module) ?? 0));
      }
    }
    return { lastChangedAt };
  }
}
