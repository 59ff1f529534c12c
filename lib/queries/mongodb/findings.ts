import type { MongoSchema, QueryFinding, QueryStatistics } from '../../contracts/query-analyses.ts';
import { isDocument, readFilter } from './filter.ts';
import type { Operation, Stage } from './operation.ts';

type Found = Omit<QueryFinding, 'position'>;

/** Above it, skipping costs more than reading. */
const deepSkip = 1000;
const manyDocuments = 10_000;

const severities: readonly QueryFinding['severity'][] = ['high', 'medium', 'low'];

export function mongoFindings(
  operation: Operation,
  schema: MongoSchema | undefined,
  statistics: QueryStatistics | undefined,
): QueryFinding[] {
  const found = [
    ...ofFilters(operation),
    ...ofLookups(operation, schema),
    ...ofPipeline(operation),
    ...ofResult(operation, statistics),
  ];
  return found.sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

function ofFilters({ filter, stages }: Operation): Found[] {
  const later = stages.filter(({ name }) => name === '$match').map(({ value, path }) => readFilter(value, path));
  const filters = [filter, ...later];
  const seen = new Set<string>();
  const isNew = (path: string): boolean => !seen.has(path) && seen.add(path) !== undefined;
  return filters.flatMap(({ conditions, javascript, alternatives }) => [
    ...javascript.filter(isNew).map(
      (path): Found => ({
        code: 'javascript-where',
        severity: 'high',
        message: 'JavaScript is run for every document, and no index helps.',
        recommendation: 'Say it with operators, or with $expr.',
        path,
      }),
    ),
    ...[...conditions, ...alternatives.flatMap(({ arms }) => arms.flat())]
      .filter(({ test, path }) => (test === 'regex' || test === 'negated') && isNew(path))
      .map(
        ({ test, field, path }): Found =>
          test === 'regex'
            ? {
                code: 'unanchored-regex',
                severity: 'high',
                message: `The expression on ${field} may match anywhere, or minds no case: every key is tried.`,
                recommendation: 'Begin it with ^ and the exact text, use a text index, or a collation for the case.',
                path,
              }
            : {
                code: 'negated-filter',
                severity: 'low',
                message: `Nearly all documents have another value of ${field}: an index on it saves little.`,
                recommendation: 'Ask for the values that are wanted ($in), or let other fields find the documents.',
                path,
              },
      ),
  ]);
}

const ofLookups = ({ lookups }: Operation, schema: MongoSchema | undefined): Found[] =>
  lookups.flatMap(({ collection, foreignField, path }): Found[] => {
    const indexes = schema?.[collection]?.indexes;
    const isIndexed = foreignField === '_id' || indexes?.some(({ key }) => Object.keys(key)[0] === foreignField);
    if (isIndexed === true || schema === undefined) return [];
    return [
      {
        code: 'unindexed-lookup',
        severity: 'high',
        message: `For every document, ${collection} is read whole: ${foreignField} has no index.`,
        recommendation: `Create an index on ${collection}.${foreignField}.`,
        path: `${path}.foreignField`,
      },
    ];
  });

/** After these there are more documents, or larger ones, than before. */
const costly = new Set([
  '$lookup',
  '$graphLookup',
  '$unwind',
  '$sort',
  '$addFields',
  '$set',
  '$unionWith',
  '$setWindowFields',
]);

function ofPipeline({ stages }: Operation): Found[] {
  return stages.flatMap((stage, at): Found[] => {
    const before = stages.slice(0, at);
    if (stage.name === '$match') return lateMatch(stage, before);
    const isNarrowing =
      stage.name === '$project' &&
      isDocument(stage.value) &&
      Object.values(stage.value).some((each) => each === 1 || each === true);
    const costs = before.filter(({ name }) => name === '$sort' || name === '$group');
    const isLate =
      isNarrowing &&
      costs.some(({ name }) => name === '$sort') &&
      !before.some(({ name }) => /^\$(project|group|unset|limit)$/.test(name));
    if (!isLate) return [];
    return [
      {
        code: 'late-project',
        severity: 'low',
        message: 'Whole documents are sorted, and only then made smaller.',
        recommendation: 'Put $project before $sort, with the fields that are sorted by.',
        path: stage.path,
      },
    ];
  });
}

/** A filter on fields that were there from the beginning need not wait for what comes before it. */
function lateMatch(stage: Stage, before: readonly Stage[]): Found[] {
  const { conditions } = readFilter(stage.value, stage.path);
  const made = before.flatMap(fieldsMade);
  const isOfMade = conditions.some(({ field }) =>
    made.some((name) => name === '*' || field === name || field.startsWith(`${name}.`)),
  );
  const reached = before.findIndex(({ name }) => costly.has(name));
  const [firstCostly] = reached < 0 ? [] : before.slice(reached);
  if (firstCostly === undefined || isOfMade || conditions.length === 0) return [];
  const isUnwind = firstCostly.name === '$unwind';
  return [
    {
      code: isUnwind ? 'unwind-before-match' : 'late-match',
      severity: 'high',
      message: `${firstCostly.name} works on documents that $match then drops.`,
      recommendation: 'Put $match first, where it can use an index.',
      path: stage.path,
    },
  ];
}

/** The fields that a stage makes; `*`: all of them may be new. */
function fieldsMade({ name, value }: Stage): string[] {
  if (
    /^\$(group|project|replaceRoot|replaceWith|bucket|bucketAuto|sortByCount|count|facet|unionWith|limit|skip|sample)$/.test(
      name,
    )
  )
    return ['*'];
  if (!isDocument(value)) return name === '$unwind' && typeof value === 'string' ? [value.slice(1)] : [];
  if (name === '$lookup' || name === '$graphLookup') return typeof value.as === 'string' ? [value.as] : ['*'];
  // What stands in the list may be filtered only once it is taken apart.
  if (name === '$unwind') return typeof value.path === 'string' ? [value.path.slice(1)] : ['*'];
  return name === '$addFields' || name === '$set' || name === '$setWindowFields'
    ? Object.keys(name === '$setWindowFields' && isDocument(value.output) ? value.output : value)
    : [];
}

function ofResult(operation: Operation, statistics: QueryStatistics | undefined): Found[] {
  const { kind, hasProjection, hasLimit, skip, collection, filter } = operation;
  const documents = statistics?.tables[collection]?.rows;
  const isById = filter.conditions.some(({ field, test }) => field === '_id' && test === 'equality');
  const isUnbounded =
    filter.conditions.length === 0 &&
    filter.alternatives.length === 0 &&
    !hasLimit &&
    (documents === undefined || documents >= manyDocuments);
  const projection: Found = {
    code: 'missing-projection',
    severity: 'low',
    message: 'Whole documents are read and sent.',
    recommendation:
      kind === 'find'
        ? 'Name the fields that are used in the projection.'
        : 'Name the fields that are used in a $project.',
  };
  return [
    ...(hasProjection || (kind === 'find' && isById) ? [] : [projection]),
    ...(skip !== undefined && skip.count >= deepSkip
      ? [
          {
            code: 'offset-paging',
            severity: 'medium',
            message: `${skip.count} documents are found only to be skipped: each page costs more than the one before it.`,
            recommendation: 'Page by the last value that was seen: { _id: { $gt: ... } } with a sort on it.',
            path: skip.path,
          } satisfies Found,
        ]
      : []),
    ...(isUnbounded
      ? [
          {
            code: 'missing-limit',
            severity: documents === undefined ? 'low' : 'medium',
            message: `Nothing bounds how many documents are read${documents === undefined ? '' : `: ${collection} has ${documents}`}.`,
            recommendation: 'Add a filter or a limit.',
          } satisfies Found,
        ]
      : []),
  ];
}
