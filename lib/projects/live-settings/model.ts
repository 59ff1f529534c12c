import { z } from 'zod';
import { liveSettings, settingsExperiment } from '../../contracts/live-settings.ts';
import type { ItemType } from '../../platform/table/item.ts';

const projectSettings = z.object({ settings: liveSettings, experiment: settingsExperiment.optional() });
/** What a project's services are to follow. */
export type ProjectLiveSettings = z.output<typeof projectSettings>;

export const liveSettingsItem: ItemType<ProjectLiveSettings> = {
  name: 'LiveSettings',
  version: 1,
  schema: projectSettings,
};
