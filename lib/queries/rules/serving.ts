import { sameName, type Table, type TableIndex } from '../schema/model.ts';
import type { Candidate, CandidateKey, RuleContext } from './candidate.ts';
import { textWithin } from './ddl.ts';

/** However it is spaced, and whatever stands around it. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[\s"`]+/g, '')
    .replaceAll(/^\(+|\)+$/g, '');

export const servingIndex = (
  table: Table | undefined,
  candidate: Candidate,
  context: RuleContext,
): TableIndex | undefined => table?.indexes.find((index) => serves(index, candidate, context));

/** The index does all that the candidate would, at once or as its beginning. */
export function serves(index: TableIndex, candidate: Candidate, context: RuleContext): boolean {
  if (index.method !== candidate.method && !(index.method === 'hash' && candidate.keys.length === 1)) return false;
  const texts = candidate.keys.map((key) => textOf(key, candidate, context));
  const isSame = (at: number, text: string | undefined): boolean => plain(index.keys[at]?.text ?? '') === text;
  if (index.where !== undefined) {
    const conditions = candidate.where.map((each) => plain(textWithin(each, candidate.source, context)));
    if (!conditions.includes(plain(index.where))) return false;
  }
  // All rows in an order are far more than the few of a partial index, when nothing else finds them.
  if (index.where === undefined && candidate.where.length > 0 && !candidate.keys.some(({ isEquality }) => isEquality))
    return false;
  const equal = texts.filter((_, at) => candidate.keys[at]?.isEquality);
  // At most one row is found, which needs neither an order nor anything else.
  if (index.unique && index.where === undefined && index.keys.every(({ text }) => equal.includes(plain(text))))
    return true;
  const beginning = new Set(index.keys.slice(0, equal.length).map(({ text }) => plain(text)));
  if (index.keys.length < texts.length || !equal.every((text) => beginning.has(text))) return false;
  const rest = candidate.keys.slice(equal.length);
  const isInOrder = rest.every(
    ({ comparedBy }, at) =>
      isSame(equal.length + at, texts[equal.length + at]) &&
      (comparedBy === undefined || index.keys[equal.length + at]?.comparedBy?.toLowerCase() === comparedBy),
  );
  const turned = rest.map(({ descending }, at) => descending === (index.keys[equal.length + at]?.descending ?? false));
  const isReadable = candidate.kind === 'range' || turned.every((same) => same === turned[0]);
  const carried = [...index.keys.map(({ column = '' }) => column), ...index.include];
  return isInOrder && isReadable && candidate.include.every((column) => carried.some((each) => sameName(each, column)));
}

const textOf = ({ key }: CandidateKey, candidate: Candidate, context: RuleContext): string =>
  plain(key.column ?? textWithin(key.expression, candidate.source, context));

/** The table has an index that begins with what the candidate compares with values: it finds some of the rows, if not in the best way. */
export function isBegun(table: Table | undefined, candidate: Candidate, context: RuleContext): boolean {
  const equal = candidate.keys.filter(({ isEquality }) => isEquality).map((key) => textOf(key, candidate, context));
  return (
    table?.indexes.some(({ keys, where }) => where === undefined && equal.includes(plain(keys[0]?.text ?? ''))) ?? false
  );
}
