import { systemClock } from '../../../lib/cache/library/clock.ts';
import { stackedReference } from '../../support/stacked-reference.ts';
import { describeSharedTier } from './shared-tier-suite.ts';

describeSharedTier('A stack of references', () => {
  const stack = stackedReference({ clock: systemClock });
  const expire = async (key: string) => {
    stack.owner.expire(key);
    stack.mirror.expire(key);
  };
  return { tier: stack.tier, home: 'dynamodb', expire };
});
