import { createHash } from 'node:crypto';

/** The same for the same matter in every analysis: figures that are measured are no part of it. */
export const findingId = (...matter: readonly string[]): string =>
  createHash('sha256').update(matter.join('\n')).digest('base64url').slice(0, 12);
