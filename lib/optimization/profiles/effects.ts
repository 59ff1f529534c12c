import type { Profile, ProfileRules, ProjectProfile } from '../../contracts/profiles.ts';

type Section = keyof ProfileRules;
type RuleName = { [Name in Section]: `${Name}.${keyof ProfileRules[Name] & string}` }[Section];

/** What each rule does, in words: every rule stands here, and a test shows each at work. */
export const ruleEffects: Readonly<Record<RuleName, string>> = {
  'autoScaling.enabled': 'Whether concurrency may be changed: the live limit, and that of functions on AWS',
  'autoScaling.cpuThreshold': 'Above it, each process takes fewer requests at once',
  'autoScaling.memoryThreshold': 'Likewise, of memory',
  'autoScaling.scaleFactor': 'By how much the limit of concurrent requests changes in one step',
  'autoScaling.cooldownSeconds': 'How long no second step is taken',
  'caching.strategy': 'The strategy of the project’s cache namespaces',
  'caching.cacheTemplates': 'Whether the responses of pages may be cached',
  'caching.cacheStaticAssets': 'Whether the responses of scripts, styles, fonts and images may be cached',
  'caching.cacheApiResponses': 'Whether all other responses may be cached',
  'caching.ttlMultiplier':
    'Live setting of the same name; and the default TTL of the project’s namespaces, as a multiple of one hour',
  'caching.memoryLimitMb': 'The size of tier 1, in namespaces and in caches of the SDK',
  'caching.earlyRefreshBeta': 'How early entries are loaded anew, in both',
  'resourceOptimization.compressImages': 'Whether images that are large are named, with what they weigh',
  'resourceOptimization.minifyAssets': 'Whether scripts and styles that are large are named, likewise',
  'resourceOptimization.optimizeQueries': 'Whether indexes are planned',
  'resourceOptimization.connectionPooling': 'Whether sizes of pools may be changed',
  'resourceOptimization.poolHeadroom': 'The size of each pool, over its peak of connections in use',
  'resourceOptimization.trimAtPercent': 'Live setting `memory`: from when on caches give up what they hold',
  'resourceOptimization.collectGarbage': 'Live setting `memory`: whether garbage is collected after that',
  'monitoring.continuousProfiling': 'Live setting `sampling`: many slow requests are kept whole, or few',
  'monitoring.performanceAlerts': 'The target metrics become thresholds of the project, at once',
  'monitoring.autoOptimization': 'The switch `autoOptimization` of the project, at once',
};

/** The rules that a profile sets, with what each comes to, in the order of the table above. */
export function effectsOf({ rules }: Profile): ProjectProfile['effects'] {
  return Object.entries(ruleEffects).flatMap(([rule, effect]) => {
    const value = ruleValue(rules, rule);
    return value === undefined ? [] : [{ rule, value: String(value), effect }];
  });
}

/** @param rule `caching.ttlMultiplier` */
export function ruleValue(rules: ProfileRules, rule: string): unknown {
  const [section = '', name = ''] = rule.split('.');
  return (rules as Record<string, Record<string, unknown>>)[section]?.[name];
}
