import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { operations, route } from '../../contracts/routes.ts';
import { DomainError } from '../errors.ts';
import { render } from './answer.ts';
import { exchangeOf } from './exchange.ts';
import { problemContent } from './problem.ts';

/** Answered under `$default`, so that also what no route matches is a problem that says so. */
export function unknownRoute(event: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  const { rawPath, requestContext } = event;
  const { correlationId } = exchangeOf(event);
  const allowed = operations.map(route).filter(({ path }) => pathMatches(path, rawPath));
  if (allowed.length === 0) {
    return render(problemContent(new DomainError('not-found', `There is nothing at ${rawPath}.`), correlationId));
  }
  const methods = allowed.map(({ method }) => method).join(', ');
  const detail = `${requestContext.http.method} is not possible here; ${methods} ${allowed.length === 1 ? 'is' : 'are'}.`;
  const answer = render(problemContent(new DomainError('method-not-allowed', detail), correlationId));
  return { ...answer, headers: { ...answer.headers, allow: methods } };
}

const pathMatches = (pattern: string, path: string): boolean => {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const isGreedy = pattern.endsWith('+}');
  if (isGreedy ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((part, index) => part.startsWith('{') || part === given[index]);
};
