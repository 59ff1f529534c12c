import { StackedTier, type StackedTierOptions } from '../../lib/cache/library/stacked-tier.ts';
import { asItIs, meddledWith } from './faulty-tier.ts';
import { ReferenceMirror } from './reference-mirror.ts';
import { ReferenceTier } from './reference-tier.ts';

/** Time that passes when it is told to. */
export class VirtualClock {
  /** Epoch milliseconds. */
  nowMs = 1_700_000_000_000;
  readonly now = (): number => this.nowMs;
  readonly monotonic = (): number => this.nowMs;

  pass(ms: number): void {
    this.nowMs += ms;
  }
}

/** A stack over the references of its parts, through the hands of a test. */
export function stackedReference(options: Partial<StackedTierOptions> = {}) {
  const clock = new VirtualClock();
  const { now } = options.clock ?? clock;
  const owner = new ReferenceTier({ name: 'dynamodb', now });
  const mirror = new ReferenceMirror({ name: 'redis', now });
  const hands = { owner: asItIs, mirror: asItIs };
  /** What was asked of each, in order. */
  const asked: string[] = [];
  const store = {
    owner: meddledWith(owner, (operation, run) => {
      asked.push(`owner.${operation}`);
      return hands.owner(operation, run);
    }),
    mirror: meddledWith(mirror, (operation, run) => {
      asked.push(`mirror.${operation}`);
      return hands.mirror(operation, run);
    }),
  };
  /** Another process over the same stores. */
  const another = (): StackedTier => new StackedTier({ ...store, clock, ...options });
  return { tier: another(), another, owner, mirror, hands, asked, clock };
}
