import { ReferenceTier } from '../../support/reference-tier.ts';
import { describeSharedTier } from './shared-tier-suite.ts';

describeSharedTier('The reference', () => {
  const tier = new ReferenceTier();
  return { tier, home: tier.name, expire: async (key) => tier.expire(key) };
});
