import { z } from 'zod';
import { identifier, projectName, timestamp } from '../../contracts/names.ts';
import {
  pipelineKind,
  pipelineSettings,
  resolvedSettings,
  scheduledBy,
  scheduleEntryId,
} from '../../contracts/schedules.ts';
import type { ItemType } from '../../platform/table/item.ts';

const storedEntry = z.object({
  id: scheduleEntryId,
  kind: pipelineKind,
  cron: z.string(),
  timeZone: z.string(),
  enabled: z.boolean(),
  settings: pipelineSettings,
  /** Another one whenever the times change: what was due by the ones before is due no more. */
  generation: identifier,
});
export type StoredEntry = z.output<typeof storedEntry>;

const storedSchedule = z.object({ entries: z.array(storedEntry), updatedAt: timestamp });
export type StoredSchedule = z.output<typeof storedSchedule>;
export const scheduleItem: ItemType<StoredSchedule> = { name: 'Schedule', version: 1, schema: storedSchedule };

/** Decided once: whoever goes on with a claim does the same. */
const claim = z.object({
  checkId: identifier,
  pipeline: pipelineKind,
  settings: resolvedSettings,
  scheduledBy,
  /** Epoch milliseconds. Absent: it never comes again. */
  nextAtMs: z.number().optional(),
});
export type Claim = z.output<typeof claim>;

const storedDue = z.object({
  project: projectName,
  entryId: scheduleEntryId,
  generation: identifier,
  /** Epoch milliseconds, as all that ends in `Ms`. */
  atMs: z.number(),
  createdMs: z.number(),
  claim: claim.optional(),
});
export type StoredDue = z.output<typeof storedDue>;
export const dueItem: ItemType<StoredDue> = { name: 'ScheduleDue', version: 1, schema: storedDue };
