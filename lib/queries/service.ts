import type { QueryAnalysis, QueryAnalysisRequest } from '../contracts/query-analyses.ts';
import { DomainError } from '../platform/errors.ts';
import { analyseSql, UnreadableSchema } from './analyse-sql.ts';
import { analyseMongo } from './mongodb/analyse.ts';
import type { AsksPlanner } from './planner/check.ts';
import { positionOf } from './position.ts';
import { UnreadableQuery } from './sql/unreadable.ts';

export class QueryService {
  readonly #planner: AsksPlanner | undefined;

  /** @param planner absent: index suggestions go unchecked */
  constructor(planner?: AsksPlanner) {
    this.#planner = planner;
  }

  /** @throws {DomainError} `invalid-request` when the query or its schema cannot be read, with where and why */
  async analyse(request: QueryAnalysisRequest): Promise<QueryAnalysis> {
    if (request.dialect === 'mongodb') return analyseMongo(request);
    try {
      return await analyseSql(request, this.#planner);
    } catch (error) {
      throw refusalOf(error, request.query);
    }
  }
}

function refusalOf(error: unknown, query: string): unknown {
  if (error instanceof UnreadableSchema) return unreadable('schema', error.message, error);
  if (!(error instanceof UnreadableQuery)) return error;
  const { line, column } = positionOf(query, { offset: error.offset ?? 0, length: 0 });
  const where = error.offset === undefined ? '' : ` (line ${line}, column ${column})`;
  return unreadable('query', `${error.message.replace(/\.$/, '')}${where}.`, error);
}

const unreadable = (part: 'query' | 'schema', message: string, cause: Error): DomainError =>
  new DomainError('invalid-request', `The ${part} cannot be read: ${message}`, {
    fieldErrors: [{ path: `body.${part}`, message }],
    cause,
  });
