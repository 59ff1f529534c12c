import type { MongoQuery, QueryAnalysis } from '../../contracts/query-analyses.ts';
import { isDocument } from './filter.ts';

/** Deeper parts are told as one value. */
const maxDepth = 20;
const maxParameters = 1_000;

type Parameters = QueryAnalysis['parameterization']['parameters'];

/** Of these the values belong to the query: what is sorted by, which fields are sent, how collections are joined. */
const structural =
  /^(\$sort|\$project|\$lookup|\$graphLookup|\$unwind|\$limit|\$skip|\$group|\$addFields|\$set|\$unset|\$count|\$sample|\$out|\$merge|\$replaceRoot|\$replaceWith|\$exists|\$options|\$type)$/;

/** The query with `?` for each value of its filters, as telemetry shows it, and the values by their paths. Drivers send values apart from operators, so there is nothing to be parameterized. */
export function parameterizeMongo(query: MongoQuery): QueryAnalysis['parameterization'] {
  const parameters: Parameters = [];
  if ('find' in query) {
    const parts = [
      `find ${query.find}`,
      shape(query.filter ?? {}, 'filter', parameters, 0),
      ...(query.sort === undefined ? [] : [`sort ${written(query.sort)}`]),
      ...(query.projection === undefined ? [] : [`projection ${written(query.projection)}`]),
    ];
    return { parameterized: true, text: parts.join(' '), parameters };
  }
  return {
    parameterized: true,
    text: `aggregate ${query.aggregate} ${shape(query.pipeline, 'pipeline', parameters, 0)}`,
    parameters,
  };
}

function shape(value: unknown, path: string, parameters: Parameters, depth: number): string {
  const isList = Array.isArray(value) && value.some((each) => isDocument(each));
  if (depth <= maxDepth && isList)
    return `[${value.map((each, at) => shape(each, `${path}.${at}`, parameters, depth + 1)).join(', ')}]`;
  if (depth > maxDepth || !isDocument(value)) {
    if (parameters.length < maxParameters) parameters.push({ name: path, value: value as Parameters[number]['value'] });
    return '?';
  }
  const members = Object.entries(value).map(
    ([name, inner]) =>
      `${name}: ${structural.test(name) ? written(inner) : shape(inner, `${path}.${name}`, parameters, depth + 1)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const written = (value: unknown): string => JSON.stringify(value) ?? '?';
