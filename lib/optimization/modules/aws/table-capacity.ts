import type { ScalingRange, TableConfiguration } from '../../aws/configuration/model.ts';
import { directions } from '../../aws/configuration/scaling.ts';

/**
 * A table's capacity as changes of it say it. Undefined where a part of it is not known, or scales by another policy than one that
 * tracks a target: what is not known cannot be put back.
 */
export function capacityOf({ billingMode, provisioned, indexes, autoScaling }: TableConfiguration) {
  if (autoScaling === undefined) return undefined;
  const scaling: Partial<Record<(typeof directions)[number], Required<ScalingRange>>> = {};
  for (const direction of directions) {
    const range = autoScaling[direction];
    if (range === undefined) continue;
    if (range.targetPercent === undefined) return undefined;
    scaling[direction] = { min: range.min, max: range.max, targetPercent: range.targetPercent };
  }
  if (billingMode === 'on-demand') return { mode: billingMode, scaling };
  if (provisioned === undefined) return undefined;
  const fixed = directions.filter((direction) => scaling[direction] === undefined);
  return {
    mode: billingMode,
    units: Object.fromEntries(fixed.map((direction) => [direction, provisioned[direction]])),
    scaling,
    indexes: Object.fromEntries(
      indexes.map((index) => [
        index.name,
        { readUnits: index.provisioned?.read ?? 0, writeUnits: index.provisioned?.write ?? 0 },
      ]),
    ),
  };
}
