import type { LiveSettingName, LiveSettings } from '../../contracts/live-settings.ts';

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/**
 * How far a service lets itself be changed. What is left out is not bounded further than Headroom bounds it; `false` forbids.
 * Numbers beyond a bound are brought to it; what cannot be is left out.
 */
export interface SettingsLimits {
  /** `endpoints`: only these, as telemetry names them (`GET /products/:id`). */
  readonly responseCaching?: false | { readonly endpoints?: readonly string[]; readonly maxTtlSeconds?: number };
  readonly ttlMultiplier?: false | Range;
  readonly compression?: false | { readonly minAboveBytes?: number };
  /** By the name that `monitorPool` has for it; `*` is any other. */
  readonly pools?: false | { readonly [pool: string]: false | Range };
  readonly concurrency?: false | { readonly minRequests?: number; readonly maxWaiting?: number };
  readonly keepAlive?: false | { readonly maxIncomingSeconds?: number; readonly outgoing?: false };
  readonly sampling?: false | { readonly maxFlushSeconds?: number };
  readonly memory?: false | { readonly trimAtPercent?: Range; readonly collectGarbage?: false };
  readonly cachePolicy?:
    | false
    | {
        readonly memoryLimitMb?: Range;
        readonly maxEntries?: Range;
        readonly earlyRefreshBeta?: Range;
        readonly staleWhileRevalidateSeconds?: Range;
      };
}

const within = (value: number, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Range): number =>
  Math.min(max, Math.max(min, value));

type Value<Name extends LiveSettingName> = NonNullable<LiveSettings[Name]>;
type Limit<Name extends LiveSettingName> = Exclude<NonNullable<SettingsLimits[Name]>, false>;
type Bound<Name extends LiveSettingName> = (value: Value<Name>, limit: Limit<Name>) => Value<Name>;
type Bounds = { readonly [Name in LiveSettingName]: Bound<Name> };

const bounds: Bounds = {
  responseCaching: (endpoints, { endpoints: allowed, maxTtlSeconds: max = Number.POSITIVE_INFINITY }) =>
    endpoints
      .filter(({ endpoint }) => allowed?.includes(endpoint) ?? true)
      .map((each) => ({
        ...each,
        ttlSeconds: Math.min(max, each.ttlSeconds),
        // Stale for longer would come to a longer TTL by another name.
        staleWhileRevalidateSeconds: Math.min(Math.max(0, max - each.ttlSeconds), each.staleWhileRevalidateSeconds),
      })),
  ttlMultiplier: within,
  compression: ({ aboveBytes }, { minAboveBytes: min = 0 }) => ({ aboveBytes: Math.max(min, aboveBytes) }),
  pools: (pools, limits) =>
    pools.flatMap(({ pool, size }) => {
      const limit = Object.hasOwn(limits, pool) ? limits[pool] : limits['*'];
      return limit === false ? [] : [{ pool, size: within(size, limit ?? {}) }];
    }),
  concurrency: ({ maxRequests, maxWaiting }, { minRequests: min = 1, maxWaiting: max = Number.POSITIVE_INFINITY }) => ({
    maxRequests: Math.max(min, maxRequests),
    maxWaiting: Math.min(max, maxWaiting),
  }),
  keepAlive: ({ incomingSeconds, outgoing }, { maxIncomingSeconds: max = Number.POSITIVE_INFINITY, ...limit }) => ({
    ...(incomingSeconds !== undefined && { incomingSeconds: Math.min(max, incomingSeconds) }),
    ...(outgoing !== undefined && limit.outgoing !== false && { outgoing }),
  }),
  sampling: ({ flushSeconds, ...others }, { maxFlushSeconds: max = Number.POSITIVE_INFINITY }) => ({
    ...others,
    ...(flushSeconds !== undefined && { flushSeconds: Math.min(max, flushSeconds) }),
  }),
  memory: ({ trimAtPercent, collectGarbage }, limit) => ({
    trimAtPercent: within(trimAtPercent, limit.trimAtPercent ?? {}),
    collectGarbage: collectGarbage && limit.collectGarbage !== false,
  }),
  cachePolicy(policy, limit) {
    const bounded = { ...policy };
    for (const name of ['memoryLimitMb', 'maxEntries', 'earlyRefreshBeta', 'staleWhileRevalidateSeconds'] as const) {
      const value = policy[name];
      if (value !== undefined) bounded[name] = within(value, limit[name] ?? {});
    }
    return bounded;
  },
};

/** What of the settings may be in force under these limits. */
export function bounded(settings: LiveSettings, limits: SettingsLimits): LiveSettings {
  const result: LiveSettings = {};
  const bound = <Name extends LiveSettingName>(name: Name): void => {
    const [value, limit] = [settings[name], limits[name]];
    if (value === undefined || limit === false) return;
    const bring: Bound<Name> = bounds[name];
    result[name] = bring(value as Value<Name>, (limit ?? {}) as Limit<Name>);
  };
  for (const name of Object.keys(bounds) as LiveSettingName[]) bound(name);
  return result;
}

function checkRange(name: string, { min, max }: Range): void {
  for (const bound of [min, max]) {
    if (bound !== undefined && !(typeof bound === 'number' && bound >= 0)) {
      throw new TypeError(`the limits of ${name} are numbers from 0 up, not ${bound}`);
    }
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw new TypeError(`the limits of ${name} leave nothing between ${min} and ${max}`);
  }
}

/** @throws TypeError where a name is not known, which would bound nothing, or a limit is none */
export function checkLimits(limits: SettingsLimits): void {
  const check = (name: string, limit: unknown): void => {
    if (limit === false || limit === undefined) return;
    if (typeof limit === 'number') checkRange(name, { max: limit });
    else if (Array.isArray(limit)) return;
    else if (typeof limit !== 'object' || limit === null) throw new TypeError(`${name} is no limit: ${limit}`);
    else if ('min' in limit || 'max' in limit) checkRange(name, limit as Range);
    else for (const [inner, value] of Object.entries(limit)) check(`${name}.${inner}`, value);
  };
  for (const [name, limit] of Object.entries(limits)) {
    if (!Object.hasOwn(bounds, name)) throw new TypeError(`there is no live setting \`${name}\``);
    check(name, limit);
  }
}
