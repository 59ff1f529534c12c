import { formats, type Unit, unmeasured } from '../../pages/units.ts';

/** A value with its unit; undefined: it was not measured, and is never shown as 0. */
export const Figure = ({ value, unit }: { value: number | undefined; unit: Unit }) =>
  value === undefined ? <span class="none">{unmeasured}</span> : <data value={value}>{formats[unit](value)}</data>;
