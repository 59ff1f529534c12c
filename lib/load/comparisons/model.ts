import { z } from 'zod';
import { configuration } from '../../contracts/comparisons.ts';
import { identifier, projectName, timestamp } from '../../contracts/names.ts';
import type { ItemType } from '../../platform/table/item.ts';

/** Where the run of a comparison is found: it has the same id. */
const storedComparison = z.object({
  comparisonId: identifier,
  /** That the run is among the load tests of: the first configuration's. */
  project: projectName,
  configurations: z.array(configuration),
  createdAt: timestamp,
});
export type StoredComparison = z.output<typeof storedComparison>;
export const comparisonItem: ItemType<StoredComparison> = { name: 'Comparison', version: 1, schema: storedComparison };
