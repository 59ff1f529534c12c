import { z } from 'zod';
import { databaseName, databaseSettings } from '../../contracts/databases.ts';
import { timestamp } from '../../contracts/names.ts';
import type { ItemType } from '../../platform/table/item.ts';

/** All of a project's: they are few, and are read together. */
const storedDatabases = z.object({
  databases: z.record(databaseName, z.object({ settings: databaseSettings, registeredAt: timestamp })),
});
export type StoredDatabases = z.output<typeof storedDatabases>;
export const databasesItem: ItemType<StoredDatabases> = { name: 'Databases', version: 1, schema: storedDatabases };

export const maxDatabases = 20;
