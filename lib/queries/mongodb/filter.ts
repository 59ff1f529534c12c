/** What a filter asks of one field. */
export type FieldTest =
  | 'equality'
  | 'in'
  | 'range'
  | 'anchored-regex'
  | 'regex'
  | 'negated'
  | 'exists'
  | 'text'
  | 'other';

export interface FieldCondition {
  field: string;
  test: FieldTest;
  /** Of the test within the query: `filter.price.$lt`. */
  path: string;
}

export interface Filter {
  conditions: FieldCondition[];
  /** The sides of each `$or`. */
  alternatives: { arms: FieldCondition[][]; path: string }[];
  /** Where JavaScript is run for each document. */
  javascript: string[];
}

type Document = { readonly [name: string]: unknown };

/** Deeper than anybody writes. */
const maxDepth = 20;

export const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const tests: Record<string, FieldTest> = {
  $eq: 'equality',
  $in: 'in',
  $gt: 'range',
  $gte: 'range',
  $lt: 'range',
  $lte: 'range',
  $ne: 'negated',
  $nin: 'negated',
  $not: 'negated',
  $exists: 'exists',
  $text: 'text',
};

/** A filter as conditions on fields, all of which must hold. */
export function readFilter(filter: unknown, path: string, depth = 0): Filter {
  const found: Filter = { conditions: [], alternatives: [], javascript: [] };
  if (!isDocument(filter) || depth > maxDepth) return found;
  for (const [name, value] of Object.entries(filter)) {
    const at = `${path}.${name}`;
    if (name === '$where' || name === '$function') found.javascript.push(at);
    else if (name === '$and' && Array.isArray(value)) {
      for (const [index, part] of value.entries()) merge(found, readFilter(part, `${at}.${index}`, depth + 1));
    } else if ((name === '$or' || name === '$nor') && Array.isArray(value)) {
      const arms = value.map((part, index) => readFilter(part, `${at}.${index}`, depth + 1));
      for (const { javascript } of arms) found.javascript.push(...javascript);
      if (name === '$or') found.alternatives.push({ arms: arms.map(({ conditions }) => conditions), path: at });
    } else if (name === '$expr') {
      if (/"\$function"/.test(JSON.stringify(value))) found.javascript.push(at);
    } else if (!name.startsWith('$')) found.conditions.push(...conditionsOf(name, value, at));
  }
  return found;
}

function merge(into: Filter, from: Filter): void {
  into.conditions.push(...from.conditions);
  into.alternatives.push(...from.alternatives);
  into.javascript.push(...from.javascript);
}

function conditionsOf(field: string, value: unknown, path: string): FieldCondition[] {
  const operators = isDocument(value) ? Object.entries(value).filter(([name]) => name.startsWith('$')) : [];
  // A document without operators is a value to compare with.
  if (operators.length === 0) return [{ field, test: 'equality', path }];
  return operators.flatMap(([name, operand]): FieldCondition[] => {
    const at = `${path}.${name}`;
    if (name === '$options') return [];
    if (name === '$regex')
      return [{ field, test: regexTest(operand, isDocument(value) ? value.$options : undefined), path: at }];
    if (name === '$elemMatch') {
      return readFilter(operand, at).conditions.map((each) => ({ ...each, field: `${field}.${each.field}` }));
    }
    // Extended JSON writes values so: { $date: ... }, { $oid: ... }.
    if (/^\$(date|oid|numberLong|numberInt|numberDecimal|numberDouble|uuid|binary|timestamp)$/.test(name)) {
      return [{ field, test: 'equality', path }];
    }
    return [{ field, test: tests[name] ?? 'other', path: at }];
  });
}

/** A regular expression that begins at the beginning, and minds the case, is a range. */
function regexTest(pattern: unknown, options: unknown): FieldTest {
  const isAnchored = typeof pattern === 'string' && /^(\^|\\A)(?![.*?(|])/.test(pattern);
  const ignoresCase = typeof options === 'string' && options.includes('i');
  return isAnchored && !ignoresCase ? 'anchored-regex' : 'regex';
}
