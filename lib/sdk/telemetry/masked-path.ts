import { looksLikeValue, valuePlaceholder } from '../../contracts/route-pattern.ts';

const isPlainId = (segment: string): boolean => /^[\w-]+$/.test(segment);
/** That of MongoDB is the longest of the usual ids; tokens are longer. */
const maxIdLength = 24;

const mayNameSomebody = (segment: string): boolean =>
  segment.length > maxIdLength || (looksLikeValue(segment) && !isPlainId(segment));

/**
 * The path without what may name a person or let somebody in: `/reset/:id` of a token, `/users/:id` of an address. Ids of up to 24
 * letters, digits, `-` and `_` stay.
 */
export const maskedPath = (path: string): string =>
  path
    .split('/')
    .map((segment) => (mayNameSomebody(segment) ? valuePlaceholder : segment))
    .join('/');
