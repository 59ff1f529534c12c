import keyvTestSuite from '@keyv/test-suite';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { HeadroomKeyv } from '../../../lib/sdk/cache/keyv-adapter.ts';
import { type OpenedCache, openCacheOver } from '../../support/cache-over-tiers.ts';
import { useTierChoices } from '../../support/tier-choices.ts';

const { afterAll, beforeAll, describe } = vitest;
describe.each(useTierChoices())('@keyv/test-suite, with our cache over %s as the store', (name, choose) => {
  let opened: OpenedCache<unknown> | undefined;
  beforeAll(async () => {
    opened = await openCacheOver(name, choose());
  });
  afterAll(() => opened?.close());

  const store = (): HeadroomKeyv => {
    if (opened === undefined) throw new Error('the cache is not open yet');
    return new HeadroomKeyv(opened.cache);
  };
  // Not called by its type, which is of an older vitest and asks for what that had for benches.
  Reflect.apply(keyvTestSuite, undefined, [vitest, Keyv, store]);
});
