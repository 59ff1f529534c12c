import { z } from 'zod';
import { type BudgetSettings, budgetSettings } from '../contracts/budgets.ts';
import { projectName, timestamp } from '../contracts/names.ts';
import { projectSettings } from '../contracts/projects.ts';
import { type ThresholdSettings, thresholdSettings } from '../contracts/thresholds.ts';
import type { ItemType } from '../platform/table/item.ts';

const storedProject = projectSettings.extend({
  project: projectName,
  createdAt: timestamp,
  updatedAt: timestamp,
  verificationToken: z.string(),
  /** Of the origin that `baseUrl` has now: another origin must be proven anew. */
  verifiedAt: timestamp.optional(),
  /** What proved it: where that cannot be asked, the proof stands. */
  verifiedBy: z.enum(['well-known', 'dns-txt']).optional(),
  checkedAt: timestamp.optional(),
  checkDetail: z.string().optional(),
  /** Every address of the target was private when it was last looked up. */
  privateTarget: z.boolean(),
});
export type StoredProject = z.output<typeof storedProject>;

export const projectItem: ItemType<StoredProject> = { name: 'Project', version: 1, schema: storedProject };

export const thresholdsItem: ItemType<ThresholdSettings> = {
  name: 'ThresholdSettings',
  version: 1,
  schema: thresholdSettings,
};

export const budgetsItem: ItemType<BudgetSettings> = { name: 'BudgetSettings', version: 1, schema: budgetSettings };
