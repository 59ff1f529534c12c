import { describe, expect, it } from 'vitest';
import { cachePolicy } from '../../../../lib/contracts/cache-policy.ts';
import { type LiveSettings, liveSettings } from '../../../../lib/contracts/live-settings.ts';
import { type Change, type Proposal, proposal } from '../../../../lib/contracts/optimizations.ts';
import { type ProfileInput, profile, type ShownProfile } from '../../../../lib/contracts/profiles.ts';
import { optimizationModules } from '../../../../lib/optimization/modules/modules.ts';
import { builtInProfiles } from '../../../../lib/optimization/profiles/built-in.ts';
import { chosenBy } from '../../../../lib/optimization/profiles/choices.ts';
import { ruleEffects, ruleValue } from '../../../../lib/optimization/profiles/effects.ts';
import { endpointKind } from '../../../../lib/optimization/profiles/endpoint-kind.ts';
import type { Situation } from '../../../../lib/optimization/situation.ts';
import { situationOf } from '../../../support/optimization/situation.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  poolWindow,
  resourceWindow,
  sketchOf,
  telemetryWindow,
  times,
} from '../../../support/telemetry-batches.ts';

type Rules = NonNullable<ProfileInput['rules']>;

const profileWith = (rules: Rules): ShownProfile => ({
  ...profile.parse({ name: 'Mine', rules }),
  profileId: 'mine',
  builtIn: false,
});

/** What is proposed under these rules. */
function under(rules: Rules, given: Partial<Situation> = {}, found: readonly Proposal[] = []): Proposal[] {
  const chosen = chosenBy(profileWith(rules), found, situationOf(given));
  for (const one of chosen) expect(proposal.parse(one)).toEqual(one);
  return chosen;
}

const changesUnder = (rules: Rules, given: Partial<Situation> = {}, found: readonly Proposal[] = []): Change[] =>
  under(rules, given, found).flatMap(({ changes }) => changes);

const settingsUnder = (rules: Rules, given: Partial<Situation> = {}, found: readonly Proposal[] = []): LiveSettings =>
  liveSettings.parse({
    ...given.settings,
    ...Object.fromEntries(
      changesUnder(rules, given, found).flatMap((change) =>
        change.kind === 'setting' ? [[change.setting, change.after]] : [],
      ),
    ),
  });

const foundWith = (changes: Change[], rest: Partial<Proposal> = {}): Proposal => ({
  id: 'found-1',
  optimizationId: 'resource_optimization',
  module: 'found',
  name: 'Found',
  description: 'What a module found',
  changes,
  risk: 'low',
  requiresRestart: false,
  reversible: true,
  evidence: [
    { metric: 'x', subject: 'x', from: new Date(noon).toISOString(), to: new Date(noon).toISOString(), values: {} },
  ],
  ...rest,
});

const setting = (name: keyof LiveSettings, before: unknown, after: unknown): Change =>
  ({ kind: 'setting', setting: name, before, after }) as Change;

const caching = (...endpoints: string[]): Proposal =>
  foundWith([
    setting(
      'responseCaching',
      null,
      endpoints.map((endpoint) => ({ endpoint, ttlSeconds: 10, staleWhileRevalidateSeconds: 0 })),
    ),
  ]);

const busy = (cpuPercent: number, rssMb = 100, peakConcurrentRequests = 90): Partial<Situation> => ({
  telemetry: aggregateOf([
    telemetryWindow({ peakConcurrentRequests, resources: resourceWindow({ cpuPercent: cpuPercent * 2, rssMb }) }),
  ]),
});
const scaling = { enabled: true, cpuThreshold: 70, memoryThreshold: 80, scaleFactor: 1.5, cooldownSeconds: 300 };
const scaledTo = (rules: Rules['autoScaling'], given: Partial<Situation>): number | undefined =>
  settingsUnder({ autoScaling: rules }, given).concurrency?.maxRequests;

/** A pool of ten connections, of which three are used at most. */
const pooled: Partial<Situation> = {
  telemetry: aggregateOf([telemetryWindow({ pools: [poolWindow({ waitTime: sketchOf(times(500, 0.1)) })] })]),
};
const poolFound = foundWith([setting('pools', null, [{ pool: 'main', size: 20 }])]);
const indexFound = foundWith([
  { kind: 'index', database: 'main', name: 'a_idx', create: 'CREATE INDEX a_idx ON a (b)', drop: 'DROP INDEX a_idx' },
]);
const migrationFound = foundWith([], { migration: 'CREATE INDEX a_idx ON a (b)' });

const heavy = situationOf({
  telemetry: aggregateOf([
    telemetryWindow({
      endpoints: [
        endpointWindow('GET /images/:name', { responseBytes: 100 * 900_000 }),
        endpointWindow('GET /js/app.js', { responseBytes: 100 * 400_000 }),
      ],
    }),
  ]),
});
const advised = (rules: Rules): string[] => {
  const found = optimizationModules.flatMap(({ name, optimizationId, plan }) =>
    plan(heavy).map((proposed): Proposal => ({ id: name, optimizationId, module: name, ...proposed })),
  );
  return under({ resourceOptimization: rules.resourceOptimization }, heavy, found).map(({ module }) => module);
};
const namespaces: Partial<Situation> = { cachePolicies: new Map([['shop.pages', cachePolicy.parse({})]]) };
const policyUnder = (rules: Rules): Record<string, unknown> =>
  Object.fromEntries(
    changesUnder(rules, namespaces).flatMap((change) =>
      change.kind === 'cache-policy' ? [[change.field, change.after]] : [],
    ),
  );

/** Each rule at work: that there are others than these is what the last test forbids. */
const shown: Partial<Record<keyof typeof ruleEffects, () => void>> = {
  'autoScaling.enabled': () => {
    expect(scaledTo(scaling, busy(95))).toBe(60);
    expect(scaledTo({ ...scaling, enabled: false }, busy(95))).toBeUndefined();
    const limit = foundWith([setting('concurrency', null, { maxRequests: 5, maxWaiting: 10 })]);
    const provisioned = foundWith([
      { kind: 'aws', service: 'lambda', resource: 'f', property: 'ProvisionedConcurrency', before: 0, after: 2 },
    ]);
    expect(changesUnder({ autoScaling: { enabled: false } }, {}, [limit, provisioned])).toEqual([]);
    expect(changesUnder({ autoScaling: { enabled: true } }, {}, [limit, provisioned])).toHaveLength(2);
  },
  'autoScaling.cpuThreshold': () => {
    expect(scaledTo(scaling, busy(75))).toBe(60);
    expect(scaledTo({ ...scaling, cpuThreshold: 76 }, busy(75))).toBeUndefined();
  },
  'autoScaling.memoryThreshold': () => {
    expect(scaledTo(scaling, busy(10, 1_700))).toBe(60);
    expect(scaledTo({ ...scaling, memoryThreshold: 90 }, busy(10, 1_700))).toBeUndefined();
  },
  'autoScaling.scaleFactor': () => {
    expect(scaledTo({ ...scaling, scaleFactor: 3 }, busy(95))).toBe(30);
    const settings = { concurrency: { maxRequests: 40, maxWaiting: 10 } };
    expect(scaledTo({ ...scaling, scaleFactor: 2 }, { ...busy(20, 100, 40), settings })).toBe(80);
    expect(scaledTo({ ...scaling, scaleFactor: 4 }, { ...busy(20, 100, 40), settings })).toBe(40);
  },
  'autoScaling.cooldownSeconds': () => {
    const given = { ...busy(95), lastChangedAt: new Map([['auto-scaling', noon - 60_000]]) };
    expect(scaledTo({ ...scaling, cooldownSeconds: 61 }, given)).toBeUndefined();
    expect(scaledTo({ ...scaling, cooldownSeconds: 60 }, given)).toBe(60);
  },
  'caching.strategy': () => {
    expect(policyUnder({ caching: { strategy: 'durable' } })).toEqual({ strategy: 'durable' });
    expect(policyUnder({})).toEqual({});
  },
  'caching.cacheTemplates': () => {
    expect(changesUnder({ caching: { cacheTemplates: false } }, {}, [caching('GET /')])).toEqual([]);
    expect(changesUnder({}, {}, [caching('GET /')])).toHaveLength(1);
  },
  'caching.cacheStaticAssets': () => {
    expect(changesUnder({ caching: { cacheStaticAssets: false } }, {}, [caching('GET /assets/*')])).toEqual([]);
    expect(changesUnder({}, {}, [caching('GET /assets/*')])).toHaveLength(1);
  },
  'caching.cacheApiResponses': () => {
    const { responseCaching } = settingsUnder({ caching: { cacheApiResponses: false } }, {}, [
      caching('GET /api/products', 'GET /logo.png'),
    ]);
    expect(responseCaching?.map(({ endpoint }) => endpoint)).toEqual(['GET /logo.png']);
    expect(changesUnder({}, {}, [caching('GET /api/products')])).toHaveLength(1);
  },
  'caching.ttlMultiplier': () => {
    expect(settingsUnder({ caching: { ttlMultiplier: 2 } })).toEqual({ ttlMultiplier: 2 });
    expect(policyUnder({ caching: { ttlMultiplier: 2 } })).toEqual({ defaultTtlSeconds: 7_200 });
    expect(under({ caching: { ttlMultiplier: 2 } })[0]?.risk).toBe('medium');
    expect(under({ caching: { ttlMultiplier: 0.5 } })[0]?.risk).toBe('low');
    expect(policyUnder({})).toEqual({});
  },
  'caching.memoryLimitMb': () => {
    expect(settingsUnder({ caching: { memoryLimitMb: 64 } })).toEqual({ cachePolicy: { memoryLimitMb: 64 } });
    expect(policyUnder({ caching: { memoryLimitMb: 64 } })).toEqual({ memoryLimitMb: 64 });
  },
  'caching.earlyRefreshBeta': () => {
    const settings: LiveSettings = { cachePolicy: { maxEntries: 9 } };
    expect(settingsUnder({ caching: { earlyRefreshBeta: 2 } }, { settings })).toEqual({
      cachePolicy: { maxEntries: 9, earlyRefreshBeta: 2 },
    });
    expect(policyUnder({ caching: { earlyRefreshBeta: 2 } })).toEqual({ earlyRefreshBeta: 2 });
  },
  'resourceOptimization.compressImages': () => {
    expect(advised({ resourceOptimization: {} })).toEqual(['large-images', 'large-assets']);
    expect(advised({ resourceOptimization: { compressImages: false } })).toEqual(['large-assets']);
  },
  'resourceOptimization.minifyAssets': () => {
    expect(advised({ resourceOptimization: { minifyAssets: false } })).toEqual(['large-images']);
  },
  'resourceOptimization.optimizeQueries': () => {
    expect(under({ resourceOptimization: { optimizeQueries: false } }, {}, [indexFound, migrationFound])).toEqual([]);
    expect(under({}, {}, [indexFound, migrationFound])).toHaveLength(2);
  },
  'resourceOptimization.connectionPooling': () => {
    const off = { resourceOptimization: { connectionPooling: false, poolHeadroom: 2 } };
    expect(under(off, pooled, [poolFound])).toEqual([]);
    expect(under({}, pooled, [poolFound])).toHaveLength(1);
  },
  'resourceOptimization.poolHeadroom': () => {
    const sized = (poolHeadroom: number) =>
      settingsUnder({ resourceOptimization: { poolHeadroom } }, pooled, [poolFound]).pools;
    expect(sized(1.1)).toEqual([{ pool: 'main', size: 4 }]);
    expect(sized(2)).toEqual([{ pool: 'main', size: 6 }]);
    // Near enough; and what a module found is not for what a rule says.
    expect(sized(3)).toBeUndefined();
  },
  'resourceOptimization.trimAtPercent': () => {
    expect(settingsUnder({ resourceOptimization: { trimAtPercent: 60 } })).toEqual({
      memory: { trimAtPercent: 60, collectGarbage: false },
    });
  },
  'resourceOptimization.collectGarbage': () => {
    // Alone, too: trimming begins as usual then.
    expect(settingsUnder({ resourceOptimization: { collectGarbage: true } })).toEqual({
      memory: { trimAtPercent: 85, collectGarbage: true },
    });
    const trims = { settings: { memory: { trimAtPercent: 70, collectGarbage: true } } };
    expect(settingsUnder({ resourceOptimization: { collectGarbage: false } }, trims)).toEqual({
      memory: { trimAtPercent: 70, collectGarbage: false },
    });
    expect(settingsUnder({ resourceOptimization: { collectGarbage: false } })).toEqual({});
    expect(settingsUnder({ resourceOptimization: { trimAtPercent: 60, collectGarbage: true } })).toEqual({
      memory: { trimAtPercent: 60, collectGarbage: true },
    });
  },
  'monitoring.continuousProfiling': () => {
    const sampled = (continuousProfiling: boolean) =>
      settingsUnder({ monitoring: { continuousProfiling } }).sampling?.slowRequests ?? 0;
    expect(sampled(true)).toBeGreaterThan(sampled(false));
    expect(settingsUnder({})).toEqual({});
  },
};

/** They become switches of the project when the profile is chosen, which the test of the API shows. */
const ofTheProject = ['monitoring.performanceAlerts', 'monitoring.autoOptimization'];

describe('Each rule has an effect', () => {
  it.each(Object.entries(shown))('%s', (_, show) => show());

  it('and there is no other', () => {
    const { rules } = profile.parse({ name: 'x' });
    const optional = ['strategy', 'memoryLimitMb', 'earlyRefreshBeta'];
    const named = Object.keys(ruleEffects);
    expect(named.sort()).toEqual([...Object.keys(shown), ...ofTheProject].sort());
    const parsed = Object.entries(rules).flatMap(([section, values]) =>
      Object.keys(values).map((rule) => `${section}.${rule}`),
    );
    expect(parsed.filter((rule) => !named.includes(rule))).toEqual([]);
    expect(optional.filter((rule) => !named.includes(`caching.${rule}`))).toEqual([]);
  });
});

describe('A profile that is in force', () => {
  it.each([...builtInProfiles])('has nothing left to change: %s', (profileId, built) => {
    const chosen: ShownProfile = { ...built, profileId, builtIn: true };
    const first = chosenBy(chosen, [], situationOf({ ...namespaces }));
    const settings = liveSettings.parse(
      Object.fromEntries(
        first
          .flatMap(({ changes }) => changes)
          .flatMap((change) => (change.kind === 'setting' ? [[change.setting, change.after]] : [])),
      ),
    );
    const policy = Object.fromEntries(
      first
        .flatMap(({ changes }) => changes)
        .flatMap((change) => (change.kind === 'cache-policy' ? [[change.field, change.after]] : [])),
    );
    const cachePolicies = new Map([['shop.pages', cachePolicy.parse(policy)]]);
    expect(first.length).toBeGreaterThan(0);
    expect(chosenBy(chosen, [], situationOf({ settings, cachePolicies }))).toEqual([]);
  });

  it('is not set against by what modules find for the same', () => {
    const ttl = foundWith([setting('ttlMultiplier', null, 2)]);
    const policy = foundWith([
      { kind: 'cache-policy', namespace: 'shop.pages', field: 'defaultTtlSeconds', before: 3_600, after: 7_200 },
    ]);
    const entries = foundWith([
      { kind: 'cache-policy', namespace: 'shop.pages', field: 'maxEntries', before: null, after: 10 },
    ]);
    expect(under({ caching: { ttlMultiplier: 1 } }, namespaces, [ttl, policy, entries])).toEqual([entries]);
    expect(under({}, namespaces, [ttl, policy, entries])).toEqual([ttl, policy, entries]);
  });

  it('takes the place of what a module found for the same setting', () => {
    const found = foundWith([setting('memory', null, { trimAtPercent: 90, collectGarbage: false })]);
    const rules = { resourceOptimization: { trimAtPercent: 60 } };
    expect(under(rules, {}, [found]).map(({ module }) => module)).toEqual(['profile-memory']);
  });

  it('caches less for the memory-focused and more for the performance-focused', () => {
    const value = (id: string, rule: string): number =>
      Number(ruleValue(builtInProfiles.get(id)?.rules ?? ({} as never), rule));
    for (const rule of ['caching.ttlMultiplier', 'caching.memoryLimitMb', 'resourceOptimization.poolHeadroom']) {
      expect(value('memory-focused', rule)).toBeLessThan(value('balanced', rule));
      expect(value('balanced', rule)).toBeLessThan(value('performance-focused', rule));
    }
  });
});

describe('What an endpoint answers with', () => {
  it.each([
    ['GET /', 'page'],
    ['GET /about.html', 'page'],
    ['GET /pages/:slug', 'page'],
    ['GET /assets/*', 'static-asset'],
    ['GET /favicon.ico', 'static-asset'],
    ['GET /js/app.mjs', 'static-asset'],
    ['GET /products/:id', 'api'],
    ['GET /api/images/:id', 'api'],
    ['GET /statics', 'api'],
  ])('%s: %s', (endpoint, kind) => {
    expect(endpointKind(endpoint)).toBe(kind);
  });
});
