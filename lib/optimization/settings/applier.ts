import { type LiveSettings, liveSettings as settingsSchema } from '../../contracts/live-settings.ts';
import type { ChangeOf } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import { fieldErrorsOf } from '../../platform/fields.ts';
import type { Parts } from '../../platform/parts.ts';
import type { LiveSettingsService, VersionedSettings } from '../../projects/live-settings/service.ts';
import type { Applier, Held } from '../applier.ts';
import { isSameValue } from '../sides.ts';
import { requireNoExperiment } from './service.ts';

type Value = Held['value'];
type Change = ChangeOf<'setting'>;

const settingOf = (settings: LiveSettings, { setting }: Change): Value =>
  // It was JSON when it was stored.
  (settings[setting] as Value | undefined) ?? null;

/** @throws DomainError invalid-request */
function withSetting(settings: LiveSettings, { setting }: Change, value: Value): LiveSettings {
  const { [setting]: _, ...others } = settings;
  if (value === null) return others;
  const parsed = settingsSchema.safeParse({ ...others, [setting]: value });
  if (parsed.success) return parsed.data;
  throw new DomainError('invalid-request', `This cannot be the setting ${setting} of a service.`, {
    fieldErrors: fieldErrorsOf(parsed.error, 'settings'),
  });
}

/**
 * Changes one live setting, and leaves the others to whoever changes them. What is written is in force in a service when it hears of it:
 * with the answer to its next telemetry, at the latest when it asks again. No revision is held, since that of all settings changes
 * with each of them: whether somebody has come between is told by the value.
 */
export const settingApplier = ({
  liveSettings,
  clock,
}: Pick<Parts, 'clock'> & { liveSettings: LiveSettingsService }): Applier<'setting'> => {
  const held = (now: VersionedSettings, change: Change): Held => ({ value: settingOf(now.settings, change) });
  return {
    async read(project, change) {
      return held(await liveSettings.read(project), change);
    },
    async write(project, change, value, { value: expected }) {
      const written = await liveSettings.change(project, (now) => {
        const settings = withSetting(now.settings, change, value);
        const present = settingOf(now.settings, change);
        // Written before, by one who was cut off before it could say so.
        if (isSameValue(present, settingOf(settings, change))) return now;
        if (!isSameValue(present, expected)) {
          const detail = `The setting ${change.setting} of ${project} was changed by somebody else meanwhile.`;
          throw new DomainError('conflict', detail);
        }
        requireNoExperiment(project, now, clock);
        return { settings };
      });
      return held(written, change);
    },
  };
};
