import { z } from 'zod';
import { queryInteger } from './query-integer.ts';

/** Every list is asked for in this way. `cursor` is opaque: what the previous page gave as `nextCursor`. */
export const pageQuery = z.object({
  limit: queryInteger(1, 200).default(50),
  cursor: z.string().min(1).max(2048).optional(),
});
export type PageQuery = z.output<typeof pageQuery>;

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

export interface Page<Item> {
  items: Item[];
  nextCursor?: string;
}
