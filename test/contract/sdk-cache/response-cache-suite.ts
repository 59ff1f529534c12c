import { describe } from 'vitest';
import { type Host, starter } from '../../support/response-cache-host.ts';
import { answersSuite } from './response-cache-answers.ts';
import { concurrencySuite } from './response-cache-concurrency.ts';
import { freshnessSuite } from './response-cache-freshness.ts';

/** What the cache does in every framework alike. */
export function responseCacheSuite({ name, serve, streams }: Host): void {
  const start = starter(serve);
  describe(`The response cache in ${name}`, () => {
    answersSuite(start);
    concurrencySuite(start, streams);
    freshnessSuite(start);
  });
}
