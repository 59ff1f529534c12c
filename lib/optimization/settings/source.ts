import type { LiveSettingsService } from '../../projects/live-settings/service.ts';
import type { SituationSource } from '../situation-source.ts';

/** The settings that optimizations begin from. */
export const liveSettingsSource = (liveSettings: Pick<LiveSettingsService, 'read'>): SituationSource => ({
  name: 'live settings',
  read: async ({ project }) => ({ settings: (await liveSettings.read(project)).settings }),
});
