import { sameName } from '../schema/model.ts';
import { conditionsOf, conjunctsOf, literalOf, predicatesOf } from '../sql/predicates.ts';
import type { Scope } from '../sql/scope.ts';
import { type Token, tokensOf } from '../sql/tokens.ts';
import { type Expression, type Select, type Source, withinExpression } from '../sql/tree.ts';
import { excerpt, type FoundInText, type ScopeRule } from './finding.ts';

/** As many rows as nobody wants to be sent by accident. */
const manyRows = 10_000;

export const selectStar: ScopeRule = ({ query, role }) =>
  role === 'subquery'
    ? []
    : query.columns
        .filter((each) => each.type === 'star')
        .map(({ at }) => ({
          code: 'select-star',
          severity: 'low',
          message: 'All columns are read and sent, those of tomorrow too, and no index can hold all that is asked for.',
          recommendation: 'Name the columns that are used.',
          at,
        }));

/** Above it, skipping costs more than reading. */
const deepOffset = 1000;

export const offsetPaging: ScopeRule = ({ query: { offset, sources } }) => {
  if (offset === undefined || sources.length === 0) return [];
  const skipped = literalOf(offset);
  if (typeof skipped === 'number' && skipped < deepOffset) return skipped === 0 ? [] : [offsetFinding(offset, 'low')];
  return [offsetFinding(offset, typeof skipped === 'number' ? 'high' : 'medium')];
};

const offsetFinding = ({ at }: Expression, severity: FoundInText['severity']): FoundInText => ({
  code: 'offset-paging',
  severity,
  message: 'The rows that OFFSET skips are found and sorted first: each page costs more than the one before it.',
  recommendation: 'Page by the last row that was seen: WHERE (order column, id) > (its values) ORDER BY both LIMIT n.',
  at,
});

const randomCalls = /^(random|rand|newid|gen_random_uuid|uuid)$/;

export const randomOrder: ScopeRule = ({ query }) =>
  query.orderBy.flatMap(({ by }) =>
    by.type === 'call' && randomCalls.test(by.name)
      ? [
          {
            code: 'random-order',
            severity: 'high',
            message: 'Every row is given a random number and all are sorted, to keep a few.',
            recommendation: 'Draw random ids first and look those up, or take a sample (TABLESAMPLE in PostgreSQL).',
            at: by.at,
          } as const,
        ]
      : [],
  );

/** Sources that no condition binds to the others: each row of the one meets each of the other. */
export const cartesianJoin: ScopeRule = (scope, context) => {
  const { sources, where } = scope.query;
  if (sources.length < 2) return [];
  const parentOf = new Map<Source, Source>(sources.map((source) => [source, source]));
  const rootOf = (source: Source): Source => {
    const parent = parentOf.get(source) ?? source;
    return parent === source ? source : rootOf(parent);
  };
  const unite = (group: readonly Source[]): void => {
    const [first, ...others] = group;
    if (first !== undefined) for (const other of others) parentOf.set(rootOf(other), rootOf(first));
  };
  // Any condition of several binds them, however it is written; `USING` too.
  for (const condition of [where, ...sources.map(({ on }) => on)]) {
    for (const part of withinExpression(condition)) {
      if (part.type === 'operation' && /^(and|or|not)$/.test(part.operator)) continue;
      unite([...new Set(scope.columnsIn(part).map(({ source }) => source))]);
    }
  }
  const [first] = sources;
  const isUnclear = hasUnknownColumns(scope);
  const loose = sources.slice(1).filter((source) => {
    const isMeant = source.using !== undefined || source.table === undefined || isOneRow(source.query);
    // A function may well read the row that it stands beside.
    return !isMeant && first !== undefined && !isUnclear && rootOf(source) !== rootOf(first);
  });
  return loose.map((source) => ({
    code: 'cartesian-join',
    severity: source.join === 'cross' ? 'medium' : 'high',
    message: `No condition joins ${excerpt(source.at, context)}: each of its rows meets every row of the other tables.`,
    recommendation: 'Join it by its key (ON ... = ...), or ask for it in a query of its own.',
    at: source.at,
  }));
};

/** Columns that nobody can say the table of: they may join anything. */
const hasUnknownColumns = (scope: Scope): boolean =>
  [scope.query.where, ...scope.query.sources.map(({ on }) => on)].some((condition) =>
    [...withinExpression(condition)].some(
      (part) => part.type === 'column' && part.table === undefined && scope.sourceOf(part) === undefined,
    ),
  );

const isOneRow = (query: Select | undefined): boolean => query?.limit !== undefined || query?.sources.length === 0;

export const missingLimit: ScopeRule = (scope, { statistics, statement, text }) => {
  const { query, role } = scope;
  const [source] = scope.tables;
  if (role !== 'top' || statement.kind !== 'select' || source === undefined || query.limit !== undefined) return [];
  const isOneByNature = query.columns.length > 0 && query.groupBy.length === 0 && query.columns.every(isAggregate);
  if (isOneByNature || query.sources.length !== scope.tables.length) return [];
  const known = Object.entries(statistics?.tables ?? {}).find(([name]) =>
    sameName(name.split('.').at(-1) ?? '', source.table),
  );
  const rows = known?.[1].rows;
  const { predicates, alternatives } = conditionsOf(scope);
  const isBounded =
    predicates.some(({ kind }) => kind !== 'join') ||
    alternatives.length > 0 ||
    query.where !== undefined ||
    query.groupBy.length > 0;
  if (isBounded || (rows !== undefined && rows < manyRows)) return [];
  return [
    {
      code: 'missing-limit',
      severity: rows === undefined ? 'low' : 'medium',
      message: `Nothing bounds how many rows are sent${rows === undefined ? '' : `: ${source.table} has ${rows}`}.`,
      recommendation: 'Add a LIMIT, and page through the rest; or a condition.',
      at: { offset: 0, length: Math.min(text.length, /^\s*\w+/.exec(text)?.[0].length ?? 0) },
    },
  ];
};

const isAggregate = (column: Expression): boolean =>
  [...withinExpression(column)].some(
    (each) =>
      each.type === 'call' &&
      /^(count|sum|avg|min|max|group_concat|string_agg|array_agg|json_agg|total|bool_or|bool_and)$/.test(each.name),
  );

export const noWhere: ScopeRule = ({ query, role }, { statement, text }) => {
  const { kind } = statement;
  if (role !== 'top' || (kind !== 'update' && kind !== 'delete')) return [];
  if (query.where !== undefined || query.limit !== undefined || query.sources.length > 1) return [];
  return [
    {
      code: 'no-where',
      severity: 'high',
      message: `${kind === 'update' ? 'UPDATE' : 'DELETE'} without a condition changes every row of the table, and locks each until the end.`,
      recommendation:
        kind === 'update'
          ? 'Add a WHERE, and change many rows in batches.'
          : 'Add a WHERE; to empty a table, TRUNCATE is quicker.',
      at: { offset: 0, length: Math.min(text.length, /^\s*\w+/.exec(text)?.[0].length ?? 0) },
    },
  ];
};

/** A condition of WHERE on the table of an outer join takes away what the outer join had added. */
export const contradictoryJoin: ScopeRule = (scope, context) =>
  scope.query.sources
    .filter(({ join }) => join === 'left')
    .flatMap((source) => {
      const undone = conjunctsOf(scope.query.where)
        .flatMap((each) => predicatesOf(each, scope))
        .find(({ key, kind }) => key.source === source && !/^(null|join)$/.test(kind));
      if (undone === undefined) return [];
      return [
        {
          code: 'contradictory-join',
          severity: 'low',
          message: `${excerpt(undone.at, context)} in WHERE drops the rows that LEFT JOIN ${source.table ?? source.alias} keeps: it is an inner join.`,
          recommendation:
            'Write JOIN, which leaves the planner free to begin with either table; or move the condition to ON.',
          at: undone.at,
        },
      ] satisfies FoundInText[];
    });

export const havingWithoutGroup: ScopeRule = ({ query }, context) => {
  const { having, groupBy } = query;
  if (having === undefined || groupBy.length === 0 || [...withinExpression(having)].some(isAggregate)) return [];
  return [
    {
      code: 'having-without-group',
      severity: 'medium',
      message: `${excerpt(having.at, context)} in HAVING needs no group: the rows that it drops were grouped for nothing.`,
      recommendation: 'Move it to WHERE.',
      at: having.at,
    },
  ];
};

export const unionRemovesDuplicates: ScopeRule = ({ query }, context) => {
  if (!query.removesDuplicates) return [];
  const tokens = tokensOf(context.text, context.dialect);
  const at = tokens.find((token, index) => isWord(token, 'union') && !isWord(tokens[index + 1], 'all'));
  if (at === undefined) return [];
  return [
    {
      code: 'union-removes-duplicates',
      severity: 'low',
      message: 'UNION sorts or hashes all rows of all sides to remove duplicates.',
      recommendation: 'Where the sides cannot give the same row, or it does no harm, write UNION ALL.',
      at: { offset: at.offset, length: at.length },
    },
  ];
};

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toLowerCase() === word;
