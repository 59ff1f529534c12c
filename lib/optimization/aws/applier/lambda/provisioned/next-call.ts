import { isDeepStrictEqual } from 'node:util';
import type { ProvisionedState } from './state.ts';
import type { Provisioned, Scheduled } from './value.ts';

export type ProvisionedCall =
  | { call: 'units'; units: number | null }
  | { call: 'register'; max: number }
  | { call: 'put-action'; index: number; action: Scheduled }
  | { call: 'delete-action'; index: number }
  | { call: 'hold-still' }
  | { call: 'deregister' };

/**
 * The next of the calls that lead from what is there to what is wanted; undefined: nothing is left to do. A schedule that is to go is
 * held still before the units are set, and taken away last: so nobody finds units that nobody chose. Pure.
 */
export function nextProvisionedCall(
  { units, target }: ProvisionedState,
  wanted: Provisioned,
): ProvisionedCall | undefined {
  if (Array.isArray(wanted)) return scheduleCall(target, wanted);
  if (target?.isHeldStill === false) return { call: 'hold-still' };
  if (units !== wanted) return { call: 'units', units: wanted };
  return target === undefined ? undefined : { call: 'deregister' };
}

function scheduleCall(target: ProvisionedState['target'], wanted: readonly Scheduled[]): ProvisionedCall | undefined {
  if (target === undefined || target.isHeldStill) {
    return { call: 'register', max: Math.max(...wanted.map(({ units }) => units)) };
  }
  const index = wanted.findIndex((action, i) => !isDeepStrictEqual(action, target.actions[i]));
  const action = wanted[index];
  if (action !== undefined) return { call: 'put-action', index, action };
  return target.actions.length > wanted.length ? { call: 'delete-action', index: wanted.length } : undefined;
}
