import { createHash } from 'node:crypto';
import { encodeTime, ulid } from 'ulid';

/** Makes identifiers that sort by the time they were made at. */
export type Ids = (epochMs: number) => string;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeLength = 10;
const randomLength = 16;

/** The library takes a time of 0 for none, and the present one in its place. */
export const randomIds: Ids = (epochMs) => encodeTime(epochMs, timeLength) + ulid().slice(timeLength);

/** The same identifier for the same cause, whenever and however often it is asked for. */
export function derivedId(epochMs: number, cause: string): string {
  const digest = createHash('sha256').update(cause).digest();
  const tail = Array.from({ length: randomLength }, (_, index) => crockford[(digest[index] ?? 0) % crockford.length]);
  return encodeTime(epochMs, timeLength) + tail.join('');
}
