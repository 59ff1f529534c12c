import { checkLimits, type SettingsLimits } from './limits.ts';

interface Limited {
  limits: SettingsLimits;
  /** Told of new limits: what is in force may no longer be. */
  readonly heard: Set<() => void>;
}

const key = Symbol.for('headroom.settings-limits');
const shared: typeof globalThis & { [key]?: Limited } = globalThis;
shared[key] ??= { limits: {}, heard: new Set() };

/** Of the process: the copy of this package that bounds need not be the one that watches. */
export const limited: Limited = shared[key];

/**
 * Bounds what live settings may change in this service, from now on: settings beyond are brought to the bounds, what is `false` is
 * never changed. The last limits given for a setting count.
 *
 * @example limitSettings({ responseCaching: { endpoints: ['GET /products'] }, pools: { '*': { max: 50 } }, memory: false })
 * @throws TypeError when a limit cannot be meant
 */
export function limitSettings(limits: SettingsLimits): void {
  checkLimits(limits);
  limited.limits = { ...limited.limits, ...limits };
  for (const hear of limited.heard) hear();
}
