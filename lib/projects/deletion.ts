import { z } from 'zod';
import { timestamp } from '../contracts/names.ts';
import type { ItemType } from '../platform/table/item.ts';

const deletion = z.object({ deletedAt: timestamp });

/** That a project was deleted, which those who keep something of it are told by. */
export const deletionItem: ItemType<z.output<typeof deletion>> = {
  name: 'ProjectDeletion',
  version: 1,
  schema: deletion,
};

/** Until the project itself is gone, and whoever was at work on it has seen that. */
export const toldAfterSeconds = 60;
