import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Direction, directions } from '../../../configuration/scaling.ts';
import type { Value } from '../../property.ts';

const range = z
  .strictObject({
    min: z.int().min(1),
    max: z.int().min(1),
    /** Of the provisioned units: beyond it, more are provisioned. */
    targetPercent: z.number().min(20).max(90),
  })
  .refine(({ min, max }) => min <= max, 'min must not be above max');
export type Range = z.output<typeof range>;

const scaling = z.strictObject({ read: range.exactOptional(), write: range.exactOptional() });
const units = z.int().min(1);
const indexUnits = z.strictObject({ readUnits: units, writeUnits: units });
export type IndexUnits = z.output<typeof indexUnits>;

/** Where a table is paid by request, what once scaled it stays registered and does nothing. */
const onDemand = z.strictObject({ mode: z.literal('on-demand'), scaling });
const provisioned = z
  .strictObject({
    mode: z.literal('provisioned'),
    /** Of the directions that do not scale: the units of the others come and go. */
    units: z.strictObject({ read: units.exactOptional(), write: units.exactOptional() }),
    scaling,
    /** What each index is to have stands beside what the table is to have: DynamoDB wants all of them at once. */
    indexes: z.record(z.string(), indexUnits),
  })
  .refine(
    (value) => directions.every((one) => (value.units[one] === undefined) !== (value.scaling[one] === undefined)),
    'each direction either has units or scales',
  );

export const capacity = z.discriminatedUnion('mode', [onDemand, provisioned]);
export type Capacity = z.output<typeof capacity>;

/** With how many units a direction begins that is to scale. */
export const firstUnits = ({ min, max }: Pick<Range, 'min' | 'max'>): number => Math.max(min, Math.ceil(max / 2));

/** A capacity as it may be found: also with what is registered, and has no policy yet, or is held still. */
interface Found {
  mode: string;
  units?: Partial<Record<Direction, number>>;
  scaling: Partial<Record<Direction, { min: number; max: number; targetPercent: number | null; isHeldStill?: true }>>;
  indexes?: Record<string, IndexUnits>;
}

/** Whether each part of a capacity is as it is in one of two others. */
export function isBetweenCapacities(value: Value, one: Value, other: Value): boolean {
  const [found, ...sides] = [value, one, other] as unknown as [Found, Found, Found];
  if (sides.some((side) => side === null) || !sides.some(({ mode }) => mode === found.mode)) return false;
  const areIndexesKnown =
    found.indexes === undefined || sides.some(({ indexes }) => isDeepStrictEqual(indexes, found.indexes));
  return areIndexesKnown && directions.every((direction) => isDirectionKnown(found, sides, direction));
}

function isDirectionKnown(found: Found, sides: readonly Found[], direction: Direction): boolean {
  const known = sides.map(({ scaling }) => scaling[direction]);
  const has = found.scaling[direction];
  if (has !== undefined) {
    const isRange = known.some((side) => side?.min === has.min && side.max === has.max);
    const isTarget = has.targetPercent === null || known.some((side) => side?.targetPercent === has.targetPercent);
    return isRange && isTarget;
  }
  if (!known.includes(undefined)) return false;
  const units = found.units?.[direction];
  return (
    units === undefined ||
    sides.some((side) => side.units?.[direction] === units) ||
    known.some((side) => side !== undefined && firstUnits(side) === units)
  );
}
