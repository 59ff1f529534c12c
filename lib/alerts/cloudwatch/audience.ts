import { createHash } from 'node:crypto';
import { z } from 'zod';
import { projectName } from '../../contracts/names.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { type Key, keys } from '../../platform/table/keys.ts';
import { retentionMs } from '../model.ts';

const audience = z.object({ projects: z.array(projectName) });
const audienceItem: ItemType<z.output<typeof audience>> = { name: 'AlarmAudience', version: 1, schema: audience };

/** Whoever changes it may meet others who do: they read again, and decide again. */
const attempts = 10;

const keyOf = (alarmName: string): Key =>
  keys.alarmAudience(createHash('sha256').update(alarmName).digest('base64url'));

/**
 * The projects that were told that an alarm began. They are to hear of its end, too, whoever names its resource by then; to look
 * for them among all projects would take longer the more there are.
 */
export class AlarmAudience {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  async of(alarmName: string): Promise<readonly string[]> {
    return (await this.#parts.table.get(audienceItem, keyOf(alarmName)))?.value.projects ?? [];
  }

  /** Written before they are told. */
  async add(alarmName: string, projects: readonly string[]): Promise<void> {
    const { table, clock } = this.#parts;
    const key = keyOf(alarmName);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const known = await table.get(audienceItem, key);
      const before = known?.value.projects ?? [];
      const added = projects.filter((project) => !before.includes(project));
      if (added.length === 0) return;
      const value = { projects: [...before, ...added] };
      const options = { expiresAt: clock() + retentionMs };
      const written =
        known === undefined
          ? await table.create(audienceItem, key, value, options)
          : await table.replace(known, value, options);
      if (written !== undefined) return;
    }
    throw new Error('The audience of an alarm was changed by others again and again');
  }
}
