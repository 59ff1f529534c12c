import { sameName } from '../schema/model.ts';
import { conditionsOf, type Predicate } from '../sql/predicates.ts';
import type { Scope, TableSource } from '../sql/scope.ts';
import type { Candidate, CandidateKey, RuleContext } from './candidate.ts';
import { textWithin } from './ddl.ts';
import { columnsRead, isExtreme, type Needs, needsOf } from './needs.ts';

/** Wider ones cost more to keep than they save. */
const maxKeys = 5;
const maxIncluded = 4;

/**
 * The indexes that may serve one SELECT, or the WHERE of a change: what is compared with values first, then a range or the
 * order, then what is only read along.
 */
export function candidatesOf(scope: Scope, context: RuleContext): Candidate[] {
  const conditions = conditionsOf(scope);
  return scope.tables.flatMap((source) => {
    const needs = needsOf(source, scope, conditions, context);
    const arms = conditions.alternatives.flatMap(({ arms: each }) =>
      each.flatMap((arm) => ofArm(arm, source, context)),
    );
    return [
      ...looking(needs, scope, context),
      ...joining(needs, context),
      ...grouping(needs, context),
      ...searching(needs, context),
      ...arms,
    ];
  });
}

const named = (keys: readonly CandidateKey[], context: RuleContext): string =>
  keys.map(({ key }) => key.column ?? textWithin(key.expression, key.source, context)).join(', ');

function candidate(
  needs: Pick<Needs, 'source' | 'constant'>,
  keys: readonly CandidateKey[],
  rest: Pick<Candidate, 'kind' | 'purpose'> & Partial<Candidate>,
): Candidate[] {
  const distinct = keys.filter(
    ({ key }, at) =>
      key.column === undefined || !keys.slice(0, at).some((each) => sameName(each.key.column ?? '', key.column ?? '')),
  );
  if (distinct.length === 0) return [];
  const isExpression = distinct.some(({ key }) => key.column === undefined);
  const where = needs.constant;
  const kind = where.length > 0 ? 'partial' : isExpression ? 'expression' : rest.kind;
  return [
    {
      source: needs.source,
      method: 'btree',
      keys: distinct.slice(0, maxKeys),
      include: [],
      where,
      needsCheck: false,
      ...rest,
      kind: rest.kind === 'covering' ? 'covering' : kind,
    },
  ];
}

/** To find rows by what they are compared with, in a range, or in an order. */
function looking(needs: Needs, scope: Scope, context: RuleContext): Candidate[] {
  const { equality, ranges, order, constant, hasLimit } = needs;
  const by = equality.length === 0 ? '' : `by ${named(equality, context)}`;
  const found: Candidate[] = [];
  const [range] = ranges;
  if (order.length > 0 && (hasLimit || equality.length > 0 || isExtreme(scope))) {
    const purpose =
      `finds rows ${by} in the order of ${named(order, context)}, so that none has to be sorted`.replaceAll('  ', ' ');
    // Without a limit, all of the rows are read anyway.
    const needsCheck = !hasLimit && !isExtreme(scope);
    found.push(...candidate(needs, [...equality, ...order], { kind: 'order', purpose, needsCheck }));
  }
  if (range !== undefined) {
    const purpose = `finds rows ${by} within the range of ${named([range], context)}`.replaceAll('  ', ' ');
    found.push(...candidate(needs, [...equality, range], { kind: 'range', purpose }));
  }
  if (equality.length > 0) found.push(...candidate(needs, equality, { kind: 'equality', purpose: `finds rows ${by}` }));
  if (found.length === 0 && constant.length > 0) {
    const keys = constant.map(({ key }) => ({ key, descending: false, isEquality: true }));
    const isKnownRare = constant.some(({ kind }) => kind === 'equality');
    found.push(
      ...candidate(needs, keys, {
        kind: 'partial',
        purpose: 'holds only the rows that the query asks for',
        needsCheck: !isKnownRare,
      }),
    );
  }
  return [...found, ...found.flatMap((each) => covering(each, needs, scope, context))];
}

/** The same, with all that the query reads of the table. */
function covering(base: Candidate, needs: Needs, scope: Scope, { dialect }: RuleContext): Candidate[] {
  const read = columnsRead(needs.source, scope);
  if (read === undefined || base.keys.some(({ key }) => key.column === undefined)) return [];
  // Every index of InnoDB and of SQLite ends with the primary key.
  const [primary] = dialect === 'postgresql' ? [] : (scope.tableOf(needs.source)?.indexes ?? []);
  const held = [
    ...base.keys.map(({ key }) => key.column ?? ''),
    ...(primary?.keys ?? []).map(({ column = '' }) => column),
  ];
  const include = read.filter((column) => !held.some((each) => sameName(each, column)));
  if (include.length === 0 || include.length > maxIncluded) return [];
  const purpose = `${base.purpose}, and holds all that the query reads of the table`;
  return [{ ...base, kind: 'covering', include, purpose, needsCheck: true }];
}

/** To find the rows that belong to one of another table. */
function joining(needs: Needs, context: RuleContext): Candidate[] {
  const byPartner = Map.groupBy(needs.joins, ({ partner }) => partner?.source);
  return [...byPartner].flatMap(([partner, joins]) => {
    if (partner === undefined) return [];
    const keys = joins.map(({ key }) => ({ key, descending: false, isEquality: true }));
    const purpose = `finds the rows that belong to a row of ${partner.table ?? partner.alias}`;
    const plain = candidate({ ...needs, constant: [] }, keys, { kind: 'join', purpose, partner });
    if (needs.equality.length + needs.constant.length === 0) return plain;
    return [
      ...plain,
      ...candidate(needs, [...keys, ...needs.equality], {
        kind: 'join',
        purpose: `${purpose} by ${named([...keys, ...needs.equality], context)}`,
        partner,
      }),
    ];
  });
}

/** To read the rows group by group. */
function grouping(needs: Needs, context: RuleContext): Candidate[] {
  const { equality, group } = needs;
  if (group.length === 0) return [];
  const purpose = `reads the groups of ${named(group, context)} one after the other`;
  return candidate(needs, [...equality, ...group], { kind: 'group', purpose, needsCheck: equality.length === 0 });
}

/** To find what is within texts, documents and lists. */
function searching({ source, infix, contains, equality }: Needs, { dialect }: RuleContext): Candidate[] {
  if (dialect !== 'postgresql' || equality.length > 0) return [];
  const of = (predicate: Predicate, kind: 'trigram' | 'inverted', purpose: string): Candidate => ({
    source,
    kind,
    method: 'gin',
    keys: [
      {
        key: predicate.key,
        descending: false,
        isEquality: false,
        ...(kind === 'trigram' ? { comparedBy: 'gin_trgm_ops' } : {}),
      },
    ],
    include: [],
    where: [],
    purpose,
    needsCheck: false,
  });
  return [
    ...infix.map((each) => of(each, 'trigram', 'finds texts by any three letters in a row')),
    ...contains.map((each) => of(each, 'inverted', 'finds rows by what they contain')),
  ];
}

/** Of `a = 1 OR b = 2`, each side is found by its own index. */
function ofArm(arm: readonly Predicate[], source: TableSource, context: RuleContext): Candidate[] {
  const equal = arm.filter(({ key, kind }) => key.source === source && (kind === 'equality' || kind === 'in'));
  const range = arm.find(({ key, kind }) => key.source === source && kind === 'range');
  const keys = [
    ...equal.map(({ key }) => ({ key, descending: false, isEquality: true })),
    ...(range === undefined ? [] : [{ key: range.key, descending: false, isEquality: false }]),
  ];
  const purpose = `finds the rows of one side of OR by ${named(keys, context)}`;
  return candidate({ source, constant: [] }, keys, {
    kind: range === undefined ? 'equality' : 'range',
    purpose,
    isSide: true,
  });
}
