import type { Change } from '../../../contracts/optimizations.ts';
import { isDoneOnce } from '../../sides.ts';

/**
 * Whether both sides can be compared by going back and forth. DynamoDB takes two changes of a table's class in 30 days, of which the
 * second one is for putting it back; and no response becomes faster by it: prices alone speak for it. From what is done once there is no
 * way back: what it came to speaks for it.
 */
export const isMeasurable = (changes: readonly Change[]): boolean =>
  !changes.some((change) => isDoneOnce(change) || (change.kind === 'aws' && change.property === 'tableClass'));
