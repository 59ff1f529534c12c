import { isDeepStrictEqual } from 'node:util';
import { type Direction, directions } from '../../../configuration/scaling.ts';
import type { CapacityState } from './state.ts';
import { type Capacity, firstUnits, type IndexUnits } from './value.ts';

export type CapacityCall =
  /** `UpdateTable`: DynamoDB refuses to set what is set already, so only what differs stands here. */
  | {
      call: 'table';
      mode?: CapacityState['mode'];
      units?: Record<Direction, number>;
      indexes?: Record<string, IndexUnits>;
    }
  | { call: 'hold-still'; direction: Direction }
  | { call: 'register'; direction: Direction; min: number; max: number }
  | { call: 'policy'; direction: Direction; targetPercent: number }
  | { call: 'deregister'; direction: Direction };

/**
 * The next of the calls that lead from what is there to what is wanted; undefined: nothing is left to do. Whatever scales a direction
 * that is to have fixed units is held still before they are set, and taken away last: so nobody finds units that nobody chose. Pure.
 */
export function nextCapacityCall(state: CapacityState, wanted: Capacity): CapacityCall | undefined {
  const toFix = directions.find(
    (one) =>
      wanted.mode === 'provisioned' && wanted.scaling[one] === undefined && state.targets[one]?.isHeldStill === false,
  );
  if (toFix !== undefined) return { call: 'hold-still', direction: toFix };
  return tableCall(state, wanted) ?? scalingCall(state, wanted);
}

function tableCall(state: CapacityState, wanted: Capacity): CapacityCall | undefined {
  if (wanted.mode === 'on-demand') return state.mode === wanted.mode ? undefined : { call: 'table', mode: wanted.mode };
  const isNew = state.mode !== wanted.mode;
  const unitsOf = (direction: Direction): number => {
    const range = wanted.scaling[direction];
    const scaled = isNew && range !== undefined ? firstUnits(range) : state.units[direction];
    return wanted.units[direction] ?? scaled;
  };
  const units = { read: unitsOf('read'), write: unitsOf('write') };
  const indexes = Object.entries(wanted.indexes).filter(
    ([name, index]) => isNew || !isDeepStrictEqual(index, state.indexes[name]),
  );
  const call = {
    ...(isNew ? { mode: wanted.mode } : {}),
    ...(isNew || !isDeepStrictEqual(units, state.units) ? { units } : {}),
    ...(indexes.length === 0 ? {} : { indexes: Object.fromEntries(indexes) }),
  };
  return Object.keys(call).length === 0 ? undefined : { call: 'table', ...call };
}

function scalingCall({ targets }: CapacityState, { scaling }: Capacity): CapacityCall | undefined {
  for (const direction of directions) {
    const [target, range] = [targets[direction], scaling[direction]];
    if (range === undefined) {
      if (target !== undefined) return { call: 'deregister', direction };
      continue;
    }
    const { min, max, targetPercent } = range;
    const isRegistered = target?.min === min && target.max === max && !target.isHeldStill;
    if (!isRegistered) return { call: 'register', direction, min, max };
    if (target.policies[0]?.targetPercent !== targetPercent) return { call: 'policy', direction, targetPercent };
  }
  return undefined;
}
