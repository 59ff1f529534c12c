import { type Freeze, type FreezeSettings, freeze, type ProjectFreeze } from '../../contracts/optimization-controls.ts';
import type { Actor } from '../../contracts/optimization-runs.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { type Key, keys } from '../../platform/table/keys.ts';

const freezeItem: ItemType<Freeze> = { name: 'OptimizationFreeze', version: 1, schema: freeze };

/** The switches that stop all changes, of one project and of all. */
export class Freezes {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  /** Why nothing may be changed for a project now. Undefined: it may. */
  async reason(project: string): Promise<string | undefined> {
    const { allFrozen, frozen, reason } = await this.ofProject(project);
    if (!allFrozen && !frozen) return undefined;
    const whose = allFrozen ? 'Changes are frozen for all projects' : `Changes are frozen for the project ${project}`;
    return reason === undefined ? `${whose}.` : `${whose}: ${reason}`;
  }

  async ofProject(project: string): Promise<ProjectFreeze> {
    const [own, all] = await Promise.all([this.#get(keys.optimizationFreeze(project)), this.ofAll()]);
    // Why, by whom and since when: of the wider switch, where that is on.
    return { ...(all.frozen ? all : own), frozen: own.frozen, allFrozen: all.frozen };
  }

  ofAll(): Promise<Freeze> {
    return this.#get(keys.optimizationFreezeOfAll());
  }

  /** @throws DomainError conflict when somebody else switches at the same time */
  async switchProject(project: string, settings: FreezeSettings, by: Actor): Promise<ProjectFreeze> {
    await this.#put(keys.optimizationFreeze(project), settings, by);
    return this.ofProject(project);
  }

  /** @throws DomainError conflict when somebody else switches at the same time */
  async switchAll(settings: FreezeSettings, by: Actor): Promise<Freeze> {
    await this.#put(keys.optimizationFreezeOfAll(), settings, by);
    return this.ofAll();
  }

  async #get(key: Key): Promise<Freeze> {
    return (await this.#parts.table.get(freezeItem, key))?.value ?? { frozen: false };
  }

  async #put(key: Key, settings: FreezeSettings, by: Actor): Promise<void> {
    const { table, clock } = this.#parts;
    const value: Freeze = { ...settings, by, since: isoTime(clock()) };
    const current = await table.get(freezeItem, key);
    const written =
      current === undefined ? await table.create(freezeItem, key, value) : await table.replace(current, value);
    if (written === undefined) throw new DomainError('conflict', 'The freeze was switched by someone else just now.');
  }
}
