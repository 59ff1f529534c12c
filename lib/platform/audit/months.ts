import { decodeTime, encodeTime } from 'ulid';
import { identifier } from '../../contracts/names.ts';
import { decodeCursor, encodeCursor } from '../table/cursor.ts';
import { auditPrefix } from '../table/keys.ts';

/** A place in the trail is the id of an entry, real or not: all that lie before it are older. */

/** `2026-01`, in UTC. */
export const monthOf = (auditId: string): string => new Date(decodeTime(auditId)).toISOString().slice(0, 7);

const timeLength = 10;
const randomLength = 16;

/** Right after all entries of that millisecond. */
export const positionAfter = (epochMs: number): string =>
  encodeTime(Math.max(0, epochMs), timeLength) + 'Z'.repeat(randomLength);

/** The last millisecond of the month before, in epoch milliseconds. */
export const endOfMonthBefore = (month: string): number => Date.parse(`${month}-01T00:00:00.000Z`) - 1;

export const encodePosition = (auditId: string): string => encodeCursor(`${auditPrefix}${auditId}`);

/** @throws DomainError invalid-request */
export function decodePosition(cursor: string): string {
  const auditId = decodeCursor(cursor, auditPrefix).slice(auditPrefix.length);
  // It came from outside: what is no id names no month.
  return identifier.safeParse(auditId).success ? auditId : decodeCursor('', auditPrefix);
}
