import { DomainError } from '../errors.ts';

/**
 * A cursor is the sort key where the page before ended. It is opaque to callers, and cannot lead out of the listing:
 * the partition comes from the request, and the key must begin with the listing's prefix.
 */
export const encodeCursor = (sortKey: string): string => Buffer.from(sortKey, 'utf8').toString('base64url');

/** What DynamoDB takes as a sort key; a longer one cannot have come from it. */
const maxSortKeyBytes = 1024;

export function decodeCursor(cursor: string, prefix: string): string {
  const sortKey = Buffer.from(cursor, 'base64url').toString('utf8');
  const isTooLong = Buffer.byteLength(sortKey) > maxSortKeyBytes;
  if (isTooLong || !sortKey.startsWith(prefix) || encodeCursor(sortKey) !== cursor) {
    throw new DomainError('invalid-request', 'The cursor is not one that this list gave.', {
      fieldErrors: [{ path: 'query.cursor', message: 'must be the nextCursor of a page of this list' }],
    });
  }
  return sortKey;
}
