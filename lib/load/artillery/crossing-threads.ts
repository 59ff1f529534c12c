import { Sketch } from '../../statistics/sketch.ts';

/** Between threads only plain data passes: a sketch goes as its bytes. */
const key = 'sketchBytes';

export const packed = (value: unknown): unknown =>
  value instanceof Sketch ? { [key]: value.toBytes() } : mapped(value, packed);

/** What `packed` was given. The type is the caller's word: both threads are built from the same sources. */
export const unpacked = <Value>(value: unknown): Value => restored(value) as Value;

function restored(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && key in value && value[key] instanceof Uint8Array) {
    return Sketch.fromBytes(value[key]);
  }
  return mapped(value, restored);
}

function mapped(value: unknown, map: (inner: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, map(inner)]));
}
