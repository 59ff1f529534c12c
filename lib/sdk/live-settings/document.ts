import type { z } from 'zod';
import {
  type LiveSettings,
  liveSettings,
  responseCachingSetting,
  type SettingsExperiment,
  settingsExperiment,
} from '../../contracts/live-settings.ts';

/** What is understood of what Headroom says. */
export interface Understood {
  settings: LiveSettings;
  experiment: SettingsExperiment | undefined;
  /** What a newer Headroom sets, and this SDK does not know. */
  ignored: readonly string[];
}

const lists: Partial<Record<string, z.ZodType>> = {
  responseCaching: responseCachingSetting,
  pools: liveSettings.shape.pools.unwrap().element,
};

/** Field by field: one that a newer Headroom has, or has otherwise, costs that field alone; of lists, that entry. */
function understoodOf(given: unknown): Pick<Understood, 'settings' | 'ignored'> {
  const settings: Record<string, unknown> = {};
  const ignored: string[] = [];
  const fields = typeof given === 'object' && given !== null ? Object.entries(given) : [];
  for (const [name, value] of fields) {
    const schema: z.ZodType | undefined = Object.hasOwn(liveSettings.shape, name)
      ? liveSettings.shape[name as keyof LiveSettings]
      : undefined;
    const entry = lists[name];
    const known =
      entry !== undefined && Array.isArray(value) ? value.filter((each) => entry.safeParse(each).success) : value;
    const parsed = schema?.safeParse(known);
    if (parsed?.success) settings[name] = parsed.data;
    if (!parsed?.success || (Array.isArray(known) && known.length < (value as unknown[]).length)) ignored.push(name);
  }
  return { settings, ignored };
}

/**
 * Two settings are compared only where both are understood whole: else what is measured would be something else.
 *
 * @throws TypeError when it is no document at all
 */
export function understand(document: unknown): Understood {
  if (typeof document !== 'object' || document === null || !('settings' in document)) {
    throw new TypeError('what came is no document of settings');
  }
  const { settings, ignored } = understoodOf(document.settings);
  const experiment = 'experiment' in document ? settingsExperiment.safeParse(document.experiment) : undefined;
  if (experiment === undefined || experiment.success) return { settings, ignored, experiment: experiment?.data };
  return { settings, ignored: [...ignored, 'experiment'], experiment: undefined };
}
