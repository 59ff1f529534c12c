import { formats } from '../../pages/units.ts';

const kilo = 1024;

/** `512 bytes`, `1.5 kB`, `12 MB`, by powers of 1,024. */
export function bytes(value: number): string {
  if (value < kilo) return value === 1 ? '1 byte' : `${formats.count(value)} bytes`;
  if (value < kilo ** 2) return `${formats.bare(value / kilo)} kB`;
  return formats.mb(value / kilo ** 2);
}
