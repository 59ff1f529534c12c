import { describe, expect, it } from 'vitest';
import { profile } from '../../../../lib/contracts/profiles.ts';
import { builtInProfileIds, builtInProfiles } from '../../../../lib/optimization/profiles/built-in.ts';

const whole = {
  name: 'Shop at Christmas',
  rules: {
    autoScaling: { enabled: true, cpuThreshold: 70, memoryThreshold: 80, scaleFactor: 2, cooldownSeconds: 60 },
    caching: {
      strategy: 'hybrid',
      cacheTemplates: true,
      cacheStaticAssets: true,
      cacheApiResponses: false,
      ttlMultiplier: 2,
    },
    resourceOptimization: { compressImages: true, minifyAssets: true, optimizeQueries: true, connectionPooling: true },
    monitoring: { continuousProfiling: true, performanceAlerts: true, autoOptimization: false },
  },
  targetMetrics: { responseTimeMs: 150, throughput: 400, cpuPercent: 70, memoryPercent: 80, errorRatePercent: 0.1 },
};

const refusals = (given: unknown): string[] =>
  (profile.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('A profile', () => {
  it('is taken as it is written', () => {
    expect(profile.parse(whole)).toEqual(whole);
  });

  it('needs nothing but a name: the rest is by default, and changes as little as can be', () => {
    const plain = profile.parse({ name: 'Plain' });
    expect(plain).toMatchObject({ rules: { autoScaling: { enabled: false }, monitoring: {} }, targetMetrics: {} });
    expect(Object.values(plain.rules.caching)).not.toContainEqual(expect.any(Number));
    expect(plain).not.toHaveProperty('level');
  });

  it.each([
    [{ ...whole, rule: {} }, ': `rule` is not known here: did you mean `rules`?'],
    [{ name: 'x', rules: { cache: {} } }, 'rules: `cache` is not known here: did you mean `caching`?'],
    [
      { name: 'x', rules: { autoScaling: { cpu_threshold: 70 } } },
      'rules.autoScaling: `cpu_threshold` is not known here: did you mean `cpuThreshold`?',
    ],
    [
      { name: 'x', rules: { caching: { ttlMultiplyer: 2 } } },
      'rules.caching: `ttlMultiplyer` is not known here: did you mean `ttlMultiplier`?',
    ],
    [
      { name: 'x', targetMetrics: { colour: 1 } },
      'targetMetrics: `colour` is not known here: there are responseTimeMs, throughput, cpuPercent, memoryPercent, errorRatePercent',
    ],
  ])('refuses a name that it does not know, and says which was meant: %j', (given, message) => {
    expect(refusals(given)).toEqual([message]);
  });

  it.each([
    ['rules.autoScaling.cpuThreshold', { autoScaling: { cpuThreshold: 100 } }],
    ['rules.autoScaling.scaleFactor', { autoScaling: { scaleFactor: 1 } }],
    ['rules.caching.ttlMultiplier', { caching: { ttlMultiplier: 0 } }],
    ['rules.caching.strategy', { caching: { strategy: 'disk' } }],
    ['rules.monitoring.autoOptimization', { monitoring: { autoOptimization: 'yes' } }],
  ])('refuses a value that means nothing: %s', (path, rules) => {
    expect(refusals({ name: 'x', rules }).map((each) => each.split(':')[0])).toEqual([path]);
  });

  it('is built in three times', () => {
    expect(builtInProfileIds).toEqual(['balanced', 'memory-focused', 'performance-focused']);
    for (const built of builtInProfiles.values()) expect(profile.parse(built)).toEqual(built);
  });
});
