import type { OptimizationId } from '../../../contracts/analysis.ts';
import type { LiveSettingName, LiveSettings } from '../../../contracts/live-settings.ts';
import type { RiskLevel } from '../../../contracts/optimizations.ts';
import type { Profile, ProfileRules } from '../../../contracts/profiles.ts';
import { canonicalJson } from '../../../platform/canonical-json.ts';
import { changeValue } from '../../change-value.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';
import { profileEvidence } from './profile-evidence.ts';

interface Wanted<Name extends LiveSettingName = LiveSettingName> {
  module: string;
  optimizationId: OptimizationId;
  setting: Name;
  name: string;
  description: string;
  /** Whose values stand behind it. */
  rule: string;
  /** What is to be set. Undefined: the rules say nothing of it. */
  of(rules: ProfileRules, held: LiveSettings[Name]): LiveSettings[Name];
  /** What a service does that has no such setting: setting that changes nothing. */
  neutral?: LiveSettings[Name];
  risk(wanted: LiveSettings[Name], held: LiveSettings[Name]): RiskLevel;
}

const wanted = <Name extends LiveSettingName>(one: Wanted<Name>): OneSetting => ({
  module: one.module,
  optimizationId: one.optimizationId,
  plan: (profile, situation) => planned(one, profile, situation),
});

interface OneSetting {
  module: string;
  optimizationId: OptimizationId;
  plan(profile: Profile, situation: Situation): Proposed[];
}

/** How many slow requests a window keeps whole, and how often windows are sent. */
export const samplingOf = {
  continuous: { slowRequests: 30, flushSeconds: 5 },
  sparing: { slowRequests: 5, flushSeconds: 20 },
} as const;

/** As `trimOnPressure` of the SDK: garbage is collected after trimming, and so not without. */
const usualTrimAtPercent = 85;

/** The live settings that rules stand for by themselves, whatever was measured. */
const settings: readonly OneSetting[] = [
  wanted({
    module: 'profile-ttl',
    optimizationId: 'cache_optimization',
    setting: 'ttlMultiplier',
    name: 'TTLs as the profile has them',
    description: 'Multiplies the TTLs of caches made by the SDK',
    rule: 'caching.ttlMultiplier',
    neutral: 1,
    of: ({ caching }) => caching.ttlMultiplier,
    // What is kept longer is older when it is served.
    risk: (after = 1, before = 1) => (after > before ? 'medium' : 'low'),
  }),
  wanted({
    module: 'profile-caches',
    optimizationId: 'cache_optimization',
    setting: 'cachePolicy',
    name: 'Caches of the SDK as the profile has them',
    description: 'Sets the size of caches in memory, and how early their entries are loaded anew',
    rule: 'caching',
    of: ({ caching: { memoryLimitMb, earlyRefreshBeta } }, held) =>
      memoryLimitMb === undefined && earlyRefreshBeta === undefined
        ? undefined
        : {
            ...held,
            ...(memoryLimitMb === undefined ? {} : { memoryLimitMb }),
            ...(earlyRefreshBeta === undefined ? {} : { earlyRefreshBeta }),
          },
    risk: () => 'low',
  }),
  wanted({
    module: 'profile-memory',
    optimizationId: 'resource_optimization',
    setting: 'memory',
    name: 'Trimming as the profile has it',
    description: 'Caches give up what they hold when memory runs short',
    rule: 'resourceOptimization.trimAtPercent',
    of: ({ resourceOptimization: { trimAtPercent, collectGarbage } }, held) => {
      const isMeant = trimAtPercent !== undefined || collectGarbage === true || (collectGarbage === false && held);
      if (!isMeant) return undefined;
      return {
        trimAtPercent: trimAtPercent ?? held?.trimAtPercent ?? usualTrimAtPercent,
        collectGarbage: collectGarbage ?? held?.collectGarbage ?? false,
      };
    },
    risk: (after) => (after?.collectGarbage === true ? 'medium' : 'low'),
  }),
  wanted({
    module: 'profile-sampling',
    optimizationId: 'resource_optimization',
    setting: 'sampling',
    name: 'Sampling as the profile has it',
    description: 'How many slow requests are kept whole, and how often the service tells of itself',
    rule: 'monitoring.continuousProfiling',
    of: ({ monitoring: { continuousProfiling } }) =>
      continuousProfiling === undefined ? undefined : samplingOf[continuousProfiling ? 'continuous' : 'sparing'],
    risk: () => 'low',
  }),
];

function planned<Name extends LiveSettingName>(one: Wanted<Name>, profile: Profile, situation: Situation): Proposed[] {
  const held = situation.settings[one.setting];
  const after = one.of(profile.rules, held);
  const isThere = after === undefined || canonicalJson(after) === canonicalJson(held ?? one.neutral ?? null);
  if (isThere) return [];
  return [
    {
      name: one.name,
      description: `${one.description}: ${JSON.stringify(held ?? one.neutral ?? 'as in its code')} becomes ${JSON.stringify(after)}.`,
      changes: [{ kind: 'setting', setting: one.setting, before: changeValue(held), after: changeValue(after) }],
      risk: one.risk(after, held),
      requiresRestart: false,
      reversible: true,
      evidence: [profileEvidence(profile, one.rule, situation, numbersOf(after))],
    },
  ];
}

const numbersOf = (value: unknown): Record<string, number> => {
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : [['value', value]];
  return Object.fromEntries(fields.filter(([, one]) => typeof one === 'number'));
};

/** Modules that put the profile's own live settings in the place of those that are there. */
export const settingModules = (profile: Profile): OptimizationModule[] =>
  settings.map(({ module, optimizationId, plan }) => ({
    name: module,
    optimizationId,
    plan: (situation) => plan(profile, situation),
  }));
