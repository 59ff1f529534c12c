import type { Profile } from '../../../contracts/profiles.ts';
import { poolFiguresOf } from '../../../telemetry/views/pools.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';
import { profileEvidence } from './profile-evidence.ts';

/** Fewer uses of a pool are chance: what it needs at its peak was not seen. */
const minRequested = 100;
/** One connection may be held for long by chance. */
const minSize = 2;
/** A size that is this near to the wanted one is left alone: the peak of the next hour is another. */
const tolerance = 0.2;

/** Gives each pool the profile's headroom over its peak of connections in use. */
export const poolSizes = (profile: Profile): OptimizationModule => ({
  name: 'profile-pools',
  optimizationId: 'resource_optimization',
  plan: (situation) => planned(profile, situation),
});

function planned(profile: Profile, situation: Situation): Proposed[] {
  const { poolHeadroom, connectionPooling } = profile.rules.resourceOptimization;
  if (poolHeadroom === undefined || !connectionPooling) return [];
  const held = situation.settings.pools ?? [];
  const sizes = situation.telemetry.pools.map(poolFiguresOf).flatMap((figures) => {
    const { pool, size, peakInUse, peakWaiting, requested } = figures;
    if (size === undefined || requested < minRequested) return [];
    // Callers that wait would be users if they could.
    const wanted = Math.max(minSize, Math.ceil((peakInUse + peakWaiting) * poolHeadroom));
    return Math.abs(wanted - size) <= tolerance * size ? [] : [{ pool, size, wanted, peakInUse, peakWaiting }];
  });
  if (sizes.length === 0) return [];
  const named = new Set(sizes.map(({ pool }) => pool));
  const after = [
    ...held.filter(({ pool }) => !named.has(pool)),
    ...sizes.map(({ pool, wanted }) => ({ pool, size: wanted })),
  ];
  return [
    {
      name: 'Pools as large as the profile has them',
      description: `${sizes.map(({ pool, size, wanted, peakInUse, peakWaiting }) => `${pool}: ${size} connections become ${wanted}, for ${peakInUse} in use at the peak${peakWaiting > 0 ? ` and ${peakWaiting} waiting` : ''}`).join('; ')}.`,
      changes: [{ kind: 'setting', setting: 'pools', before: held.length === 0 ? null : held, after }],
      risk: sizes.some(({ size, wanted }) => wanted < size) ? 'medium' : 'low',
      requiresRestart: false,
      reversible: true,
      evidence: sizes.map(({ pool, size, wanted, peakInUse, peakWaiting }) => ({
        ...profileEvidence(profile, 'resourceOptimization.poolHeadroom', situation, {
          size,
          wanted,
          peakInUse,
          peakWaiting,
        }),
        subject: pool,
      })),
    },
  ];
}
