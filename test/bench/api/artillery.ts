import { runArtillery } from '../load/artillery.ts';
import { type ApiFigures, type ApiLoad, operationOf } from './operation.ts';

/** Artillery is given a number of requests: about what the platform on one machine answers in a second. */
const REQUESTS_A_SECOND = 250;

export async function artillery({ url, apiKey, operation, users, seconds }: ApiLoad): Promise<ApiFigures> {
  const { method, path, body } = operationOf(operation);
  const unique = '{{ $randomString(24) }}';
  const {
    requests,
    seconds: took,
    percentiles,
  } = await runArtillery({
    target: url,
    users,
    requestsEach: Math.ceil((REQUESTS_A_SECOND * seconds) / users),
    request: {
      [method.toLowerCase()]: {
        url: path(unique),
        headers: { authorization: `Bearer ${apiKey}` },
        ...(body === undefined ? {} : { json: body(unique) }),
      },
    },
  });
  return { requestsPerSecond: requests / took, ...percentiles };
}
