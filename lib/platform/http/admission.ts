import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { projectOfNamespace } from '../../contracts/cache.ts';
import { functionDefinition } from '../../contracts/functions.ts';
import type { Route } from '../../contracts/route.ts';
import { DomainError } from '../errors.ts';
import { KeyService } from '../keys/service.ts';
import { openOidc } from '../oidc/open.ts';
import type { Parts } from '../parts.ts';
import { type Authenticate, authenticator, type Caller, requireProject, requireScope } from './authenticate.ts';
import { addressOf, authorizationOf } from './entrance.ts';
import { exchangeOf } from './exchange.ts';
import { RateLimits } from './rate-limits/rate-limits.ts';

/** For functions that are not told how often they may be asked: those of tests. */
const perMinuteUnlessTold = 600_000;

/** Who comes in: those who prove who they are, not too often, for what their scope and their projects let them do. */
export class Admission {
  readonly #limits: RateLimits;
  readonly #authenticate: Authenticate;
  readonly #isBehindEdge: boolean;

  constructor(parts: Parts) {
    const { requestsPerMinute = perMinuteUnlessTold, edgeSecret } = parts.configuration;
    this.#isBehindEdge = edgeSecret !== undefined;
    this.#limits = new RateLimits(requestsPerMinute, parts.clock);
    const keys = new KeyService(parts);
    const notesUse = functionDefinition(parts.configuration.functionName).tables.history === 'readWrite';
    this.#authenticate = authenticator(
      (token) => keys.match(token, { notesUse }),
      openOidc(parts)?.tokens,
      this.#limits,
      parts.clock,
    );
  }

  /**
   * Who calls. Each call counts, also one that is refused for its scope or project later.
   * @throws DomainError unauthenticated, too-many-requests, unavailable; forbidden for a token without any scope
   */
  async identify(event: APIGatewayProxyEventV2, { isData }: Pick<Route, 'isData'>): Promise<Caller> {
    const caller = await this.#authenticate(authorizationOf(event), addressOf(event, this.#isBehindEdge));
    const { isAllowed, headers, retryAfterSeconds } = this.#limits.take(caller, isData === true ? 'data' : 'requests');
    const exchange = exchangeOf(event);
    exchange.headers = { ...exchange.headers, ...headers };
    if (isAllowed) return caller;
    throw new DomainError(
      'too-many-requests',
      'This key has asked for more than it may in a minute. Try again later.',
      {
        retryAfterSeconds,
      },
    );
  }
}

/** @returns why the caller may not do what needs the scope, undefined where it may */
export function refusalOf(
  caller: Caller,
  scope: Exclude<Route['scope'], 'public'>,
  event: APIGatewayProxyEventV2,
): DomainError | undefined {
  try {
    requireScope(caller, scope);
    const project = projectOf(event);
    if (project !== undefined) requireProject(caller, project);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** The project that the path of a request leads below. */
export function projectOf({ pathParameters }: Pick<APIGatewayProxyEventV2, 'pathParameters'>): string | undefined {
  const { project, namespace } = pathParameters ?? {};
  return project ?? (namespace === undefined ? undefined : projectOfNamespace(namespace));
}
