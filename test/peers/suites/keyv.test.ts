import keyvTestSuite from '@keyv/test-suite';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { HeadroomKeyv } from '../../../lib/sdk/cache/keyv-adapter.ts';
import { type OpenedCache, openCacheOver, type TierChoice } from '../../support/cache-over-tiers.ts';
import { useRedisServer } from '../../support/redis-server.ts';

const { afterAll, beforeAll, describe } = vitest;
const server = useRedisServer();
const choices: Record<string, () => TierChoice> = {
  memory: () => ({ memory: true }),
  redis: () => ({ redisUrl: server.url }),
  'memory-and-redis': () => ({ memory: true, redisUrl: server.url }),
};

describe.each(Object.entries(choices))('@keyv/test-suite, with our cache over %s as the store', (name, choose) => {
  let opened: OpenedCache<unknown> | undefined;
  beforeAll(() => {
    opened = openCacheOver(name, choose());
  });
  afterAll(() => opened?.close());

  const store = (): HeadroomKeyv => {
    if (opened === undefined) throw new Error('the cache is not open yet');
    return new HeadroomKeyv(opened.cache);
  };
  // Not called by its type, which is of an older vitest and asks for what that had for benches.
  Reflect.apply(keyvTestSuite, undefined, [vitest, Keyv, store]);
});
