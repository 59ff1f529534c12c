import { GuardedStore } from './guarded-store.ts';
import type { LogDelta } from './invalidations.ts';
import type { Acknowledged, InvalidationRequest, SetResult, SharedTier, TierSet } from './shared-tier.ts';

export class GuardedTier extends GuardedStore<SharedTier> implements SharedTier {
  set(entries: readonly TierSet[]): Promise<SetResult[]> {
    return this.ask('set', this.forBytes(entries), () => this.store.set(entries));
  }

  invalidate(request: InvalidationRequest): Promise<Acknowledged> {
    return this.ask('invalidate', this.short, () => this.store.invalidate(request));
  }

  changes(after: number): Promise<LogDelta> {
    return this.ask('changes', this.short, () => this.store.changes(after));
  }
}
