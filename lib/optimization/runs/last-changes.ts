import type { Project } from '../../contracts/projects.ts';
import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import { placeOf } from '../sides.ts';
import type { Known, SituationSource } from '../situation-source.ts';
import { runItem, type StoredRun } from './model.ts';

/** The newest runs that changed something say it: older changes have long had their effect. */
const lookedAt = 50;
/** Of runs and plans together. */
const mostRead = 2_000;
const pageOf = 100;

/** Tells when a change of each module, and of each place, was last kept. */
export class LastChanges implements SituationSource {
  readonly name = 'runs';
  readonly #table: Parts['table'];

  constructor({ table }: Pick<Parts, 'table'>) {
    this.#table = table;
  }

  async read({ project }: Project): Promise<Known> {
    const lastChangedAt = new Map<string, number>();
    const placesChangedAt = new Map<string, number>();
    for (const { plannedOptimizations, units } of await this.#changing(project)) {
      for (const [index, { module, changes }] of plannedOptimizations.entries()) {
        const keptAt = units[index]?.keptAt;
        if (keptAt === undefined) continue;
        raise(lastChangedAt, module, Date.parse(keptAt));
        for (const change of changes) raise(placesChangedAt, placeOf(change), Date.parse(keptAt));
      }
    }
    return { lastChangedAt, placesChangedAt };
  }

  /** Plans change nothing, however many there are. */
  async #changing(project: string): Promise<StoredRun[]> {
    const changing: StoredRun[] = [];
    let cursor: string | undefined;
    for (let read = 0; read < mostRead && changing.length < lookedAt; read += pageOf) {
      const query = { limit: pageOf, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.#table.page(runItem, keys.optimizationRuns(project), query, 'descending');
      changing.push(...page.items.filter(({ request }) => !request.dryRun));
      cursor = page.nextCursor;
      if (cursor === undefined) break;
    }
    return changing.slice(0, lookedAt);
  }
}

const raise = (times: Map<string, number>, name: string, at: number): unknown =>
  times.set(name, Math.max(at, times.get(name) ?? 0));
