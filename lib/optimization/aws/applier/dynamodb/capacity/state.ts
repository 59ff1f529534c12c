import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { type Direction, directions, type Target } from '../../../configuration/scaling.ts';
import type { Value } from '../../property.ts';
import type { IndexUnits } from './value.ts';

/** All that decides what a table may take, as AWS tells it. */
export interface CapacityState {
  mode: 'on-demand' | 'provisioned';
  /** None by request. */
  units: Record<Direction, number>;
  indexes: Record<string, IndexUnits>;
  targets: Partial<Record<Direction, Target>>;
}

export function capacityState(
  { BillingModeSummary, ProvisionedThroughput, GlobalSecondaryIndexes = [] }: TableDescription,
  targets: CapacityState['targets'],
): CapacityState {
  const isOnDemand = BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
  const of = (described: TableDescription['ProvisionedThroughput']): IndexUnits => ({
    readUnits: described?.ReadCapacityUnits ?? 0,
    writeUnits: described?.WriteCapacityUnits ?? 0,
  });
  const { readUnits, writeUnits } = of(ProvisionedThroughput);
  return {
    mode: isOnDemand ? 'on-demand' : 'provisioned',
    units: { read: readUnits, write: writeUnits },
    indexes: isOnDemand
      ? {}
      : Object.fromEntries(
          GlobalSecondaryIndexes.map(({ IndexName = '', ProvisionedThroughput: own }) => [IndexName, of(own)]),
        ),
    targets,
  };
}

/** As changes say it. What only a part of the calls leaves has a shape that no change asks for. */
export function capacityValue({ mode, units, indexes, targets }: CapacityState): Value {
  const scaling = Object.fromEntries(
    Object.entries(targets).map(([direction, { min, max, isHeldStill, policies }]) => [
      direction,
      { min, max, targetPercent: policies[0]?.targetPercent ?? null, ...(isHeldStill ? { isHeldStill } : {}) },
    ]),
  );
  if (mode === 'on-demand') return { mode, scaling };
  const fixed = directions.filter((direction) => targets[direction] === undefined);
  return { mode, units: Object.fromEntries(fixed.map((direction) => [direction, units[direction]])), scaling, indexes };
}
