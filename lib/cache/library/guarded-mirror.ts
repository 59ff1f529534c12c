import { GuardedStore } from './guarded-store.ts';
import type { LogDelta } from './invalidations.ts';
import type { MirrorTier } from './shared-tier.ts';

export class GuardedMirror extends GuardedStore<MirrorTier> implements MirrorTier {
  replicate(delta: LogDelta, isAll: boolean): Promise<number> {
    return this.ask('replicate', this.short, () => this.store.replicate(delta, isAll));
  }
}
