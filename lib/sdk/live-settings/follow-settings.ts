import type { OwnErrors } from '../telemetry/own-errors.ts';
import type { ChangingSampling } from '../telemetry/sampling.ts';
import { type EffectLoaders, SettingEffects } from './effects.ts';
import { settingsFetch } from './fetch-settings.ts';
import { SettingsFollower } from './follower.ts';
import { signatureCheck } from './signature.ts';

/** A service that has none of a setting loads nothing for it. */
export const loadersWith = (sampling: ChangingSampling): EffectLoaders => ({
  responseCaching: async () => (await import('./effects/response-caching.ts')).responseCaching,
  ttlMultiplier: async () => (await import('./effects/caches.ts')).ttlMultiplier,
  cachePolicy: async () => (await import('./effects/caches.ts')).cachePolicy,
  compression: async () => (await import('./effects/compression.ts')).compression,
  pools: async () => (await import('./effects/pools.ts')).pools,
  concurrency: async () => (await import('./effects/concurrency.ts')).concurrency,
  keepAlive: async () => (await import('./effects/keep-alive.ts')).keepAlive,
  sampling: async () => (await import('./effects/sampling.ts')).samplingOf(sampling),
  memory: async () => (await import('./effects/memory.ts')).memory,
});

export interface FollowParts {
  /** Where telemetry goes: the settings are beside it. */
  readonly endpoint: URL;
  readonly apiKey: string;
  readonly sampling: ChangingSampling;
  readonly errors: OwnErrors;
  /** Told before something else is in force. */
  readonly changing: () => void;
}

/** @returns undefined where the key is none of Headroom's, so that nothing could be told to be from Headroom */
export function followSettings({
  endpoint,
  apiKey,
  sampling,
  errors,
  changing,
}: FollowParts): SettingsFollower | undefined {
  const isSigned = signatureCheck(apiKey);
  if (isSigned === undefined) return undefined;
  return new SettingsFollower({
    fetch: settingsFetch(new URL('settings', endpoint), apiKey, isSigned),
    put: new SettingEffects(loadersWith(sampling), errors),
    errors,
    changing,
  });
}
