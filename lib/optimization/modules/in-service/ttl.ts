import type { OptimizationModule } from '../../module.ts';
import { impactOf } from './figures.ts';
import { live, settingChange } from './setting-change.ts';

const factor = 2;
const maxMultiplier = 4;
/** A cache that is full loses what is kept for longer, and something else with it. */
const fullShare = 0.1;

/** Has the SDK's caches keep things for longer, where they seldom have what they are asked for and are not full. */
export const ttl: OptimizationModule = {
  name: 'ttl',
  optimizationId: 'cache_optimization',
  plan(situation) {
    const { bottlenecks, settings, period, lastChangedAt } = situation;
    const multiplier = (settings.ttlMultiplier ?? 1) * factor;
    const missing = bottlenecks
      .filter(({ type }) => type === 'cache-misses')
      .filter(({ evidence }) => {
        const { misses = 0, evictions = 0 } = evidence[0]?.values ?? {};
        return evictions < fullShare * misses;
      });
    const [worst] = missing;
    // What was reported before it was changed last says nothing of what there is now.
    const isOutdated = (lastChangedAt?.get('ttl') ?? 0) > period.from;
    if (worst === undefined || multiplier > maxMultiplier || isOutdated) return [];
    return [
      {
        subject: 'caches of the SDK',
        name: `Keep what is cached for ${multiplier} times as long`,
        description: `${missing.map(({ component }) => component).join(', ')}: ${worst.issue} Few entries leave for want of room, so most misses are of entries whose time was over. All TTLs of caches made by the SDK are multiplied: what is cached may be out of date for so much longer.`,
        changes: [settingChange(situation, 'ttlMultiplier', multiplier)],
        // A TTL of twice the length spares half of the misses at most.
        ...impactOf(worst, 1 / factor),
        risk: 'medium' as const,
        ...live,
        evidence: missing.flatMap(({ evidence }) => evidence),
      },
    ];
  },
};
