import { GuardedStore } from './guarded-store.ts';
import type { LogDelta } from './invalidations.ts';
import type { Acknowledged, InvalidationRequest, OwnerTier, SetResult, SharedTier, TierSet } from './shared-tier.ts';

export class GuardedTier<S extends SharedTier = SharedTier> extends GuardedStore<S> implements SharedTier {
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

/** Of a stack's lower tier. */
export class GuardedOwner extends GuardedTier<OwnerTier> implements OwnerTier {
  expectHomesAbove(untilMs: number): Promise<number> {
    return this.ask('expectHomesAbove', this.short, () => this.store.expectHomesAbove(untilMs));
  }
}
