import { pollSeconds } from '../../contracts/settings-headers.ts';
import type { Parts } from '../../platform/parts.ts';
import type { LiveSettingsService } from '../../projects/live-settings/service.ts';
import type { TelemetryService } from '../../telemetry/service.ts';
import type { Experiments } from '../experiments.ts';
import { requireNoExperiment } from './service.ts';

interface ExperimentParts extends Pick<Parts, 'clock'> {
  liveSettings: LiveSettingsService;
  telemetry: Pick<TelemetryService, 'windowsBySide'>;
}

/** Of windows that tell how often the instances of now report. */
const lookedBackMs = 150_000;
/** For the way there, and for what is remembered on it for some seconds. */
const onTheWaySeconds = 5;

/** Experiments with live settings: what their services are told stands beside the settings that they come back to. */
export const settingsExperiments = ({ liveSettings, telemetry, clock }: ExperimentParts): Experiments => ({
  async current(project) {
    return (await liveSettings.read(project)).settings;
  },
  /** With the answers to their telemetry they hear of it as often as they report; those that report nothing ask for it. */
  async leadSeconds(project) {
    const now = clock();
    const windows = await telemetry.windowsBySide(project, { from: now - lookedBackMs, to: now });
    if (windows.length === 0) return pollSeconds + onTheWaySeconds;
    const longestMs = Math.max(...windows.map(({ durationMs }) => durationMs));
    return Math.min(pollSeconds, longestMs / 1_000) + onTheWaySeconds;
  },
  async begin(project, experiment) {
    await liveSettings.change(project, (now) => {
      if (now.experiment?.id === experiment.id) return now;
      requireNoExperiment(project, now, clock);
      return { settings: now.settings, experiment };
    });
  },
  async end(project, id) {
    await liveSettings.change(project, (now) => (now.experiment?.id === id ? { settings: now.settings } : now));
  },
});
