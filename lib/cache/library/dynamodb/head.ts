import { type Item, numberOr0, textsIn } from './attributes.ts';
import { type Element, numbered } from './log-codec.ts';

/** What stands in the head's item. */
export interface Head {
  /** `s`: the last number given out. */
  sequence: number;
  /** `b`: events up to here have left the head. Their marks are all written, and the log has them. */
  base: number;
  /** `f`: the log tells of what came behind it. */
  floor: number;
  /** `c` and `d`: the last hard and soft clear that have left the head. */
  clear: number;
  softClear: number;
  /** `w`: the newest events, those behind `base`. */
  newest: readonly Element[];
  /** `a`: until when entries may have their home in a store above, in epoch milliseconds. */
  homesAboveUntil: number;
}

export function headOf(item: Item): Head {
  const base = numberOr0(item, 'b');
  return {
    sequence: numberOr0(item, 's'),
    base,
    floor: numberOr0(item, 'f'),
    clear: numberOr0(item, 'c'),
    softClear: numberOr0(item, 'd'),
    newest: numbered(base, textsIn(item, 'w')),
    homesAboveUntil: numberOr0(item, 'a'),
  };
}

export const bytesOfNewest = ({ newest }: Head): number =>
  newest.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
