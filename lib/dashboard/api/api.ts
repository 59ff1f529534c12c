import type { Operation } from '../../contracts/routes.ts';
import type { CallArguments, Client } from '../../sdk/client.ts';
import { ApiError, apiErrorOf, unreachable } from './api-error.ts';
import { type Given, requestOf } from './request.ts';
import { calledRoutes } from './routes.evaluated.ts';

/** The operations of the HTTP API, with the types of its contracts. Every answer that is no success is thrown as an `ApiError`. */
export interface Api extends Pick<Client, 'call'> {
  /** As `call`, for answers that are no JSON: reports, exports, values of a cache. */
  fetch<Op extends Operation>(operation: Op, ...request: CallArguments<Op>): Promise<Response>;
}

interface ApiOptions {
  /** Of who is signed in. */
  token: () => string | undefined;
  /** The API knows the token no more. */
  onUnauthenticated: () => void;
}

/** API Gateway answers within 30 s, whatever happens behind it. */
const timeoutMs = 31_000;

/** Calls the API that the page came from. */
export function createApi({ token, onUnauthenticated }: ApiOptions): Api {
  const exchange = async (operation: keyof typeof calledRoutes, given: Given = {}): Promise<Response> => {
    const { url, init } = requestOf(calledRoutes[operation], given, token());
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = given.signal ? AbortSignal.any([given.signal, timeout]) : timeout;
    const response = await fetch(url, { ...init, signal }).catch((cause) => {
      if (given.signal?.aborted) throw given.signal.reason;
      throw Object.assign(unreachable(), { cause });
    });
    if (response.ok) return response;
    const error = apiErrorOf(response.status, await response.text().catch(() => ''));
    if (error.status === 401) onUnauthenticated();
    throw error;
  };
  return {
    fetch: (operation, ...[given]) => exchange(operation, given as Given),
    call: async (operation, ...[given]) => {
      const response = await exchange(operation, given as Given);
      if (response.status === 204) return undefined as never;
      return response.json().catch(() => {
        throw new ApiError('unexpected-answer', 'Headroom answered with something else than was asked for.');
      });
    },
  };
}
