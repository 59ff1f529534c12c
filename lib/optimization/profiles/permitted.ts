import { type ResponseCachingSetting, responseCachingSetting } from '../../contracts/live-settings.ts';
import type { Change, ChangeOf, Proposal } from '../../contracts/optimizations.ts';
import type { ProfileRules } from '../../contracts/profiles.ts';
import { changeValue } from '../change-value.ts';
import { largeAssets } from '../modules/responses/large-assets.ts';
import { largeImages } from '../modules/responses/large-images.ts';
import { type EndpointKind, endpointKind } from './endpoint-kind.ts';

/**
 * What the rules leave of a proposal, whatever found it: by what it changes. Undefined: nothing is left.
 */
export function permitted(rules: ProfileRules, proposal: Proposal): Proposal | undefined {
  if (!mayAdvise(rules, proposal)) return undefined;
  const changes = proposal.changes.flatMap((change) => permittedChange(rules, change) ?? []);
  if (proposal.changes.length > 0 && changes.length === 0) return undefined;
  // A part of what belongs together is worth nothing.
  const isWhole = changes.length === proposal.changes.length;
  return isWhole ? { ...proposal, changes } : undefined;
}

/** Advice that rules speak of. */
function mayAdvise({ resourceOptimization }: ProfileRules, { module, migration }: Proposal): boolean {
  if (module === largeImages.name) return resourceOptimization.compressImages;
  if (module === largeAssets.name) return resourceOptimization.minifyAssets;
  return migration === undefined || resourceOptimization.optimizeQueries;
}

/** Of functions on AWS, what says how many of them there are. */
const scalingProperty = /concurrency/i;

function permittedChange(rules: ProfileRules, change: Change): Change | undefined {
  switch (change.kind) {
    case 'index':
      return rules.resourceOptimization.optimizeQueries ? change : undefined;
    case 'aws':
      return scalingProperty.test(change.property) && !rules.autoScaling.enabled ? undefined : change;
    case 'cache-policy':
    case 'cache-upkeep':
      return change;
    case 'setting':
      return permittedSetting(rules, change);
  }
}

function permittedSetting(rules: ProfileRules, change: ChangeOf<'setting'>): ChangeOf<'setting'> | undefined {
  switch (change.setting) {
    case 'pools':
      return rules.resourceOptimization.connectionPooling ? change : undefined;
    case 'concurrency':
      return rules.autoScaling.enabled ? change : undefined;
    case 'responseCaching':
      return cachedAsPermitted(rules, change);
    default:
      return change;
  }
}

/** What is cached already stays; of what is new, what the rules want, for as long as they want. */
function cachedAsPermitted({ caching }: ProfileRules, change: ChangeOf<'setting'>): ChangeOf<'setting'> | undefined {
  const isWanted: Record<EndpointKind, boolean> = {
    page: caching.cacheTemplates,
    'static-asset': caching.cacheStaticAssets,
    api: caching.cacheApiResponses,
  };
  const before = cachedIn(change.before);
  const held = new Map(before.map((one) => [one.endpoint, one]));
  const after = cachedIn(change.after).flatMap((one) => {
    if (held.has(one.endpoint)) return [one];
    return isWanted[endpointKind(one.endpoint)] ? [one] : [];
  });
  const isSomething = after.length !== before.length || after.some((one) => isOther(one, held.get(one.endpoint)));
  return isSomething ? { ...change, after: changeValue(after) } : undefined;
}

const cachedIn = (value: unknown): ResponseCachingSetting[] => responseCachingSetting.array().parse(value ?? []);

const isOther = (a: ResponseCachingSetting, b: ResponseCachingSetting | undefined): boolean =>
  a.ttlSeconds !== b?.ttlSeconds || a.staleWhileRevalidateSeconds !== b.staleWhileRevalidateSeconds;
