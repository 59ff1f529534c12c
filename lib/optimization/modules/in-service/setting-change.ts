import type { LiveSettingName, LiveSettings } from '../../../contracts/live-settings.ts';
import type { ChangeOf } from '../../../contracts/optimizations.ts';
import { changeValue } from '../../change-value.ts';
import type { Situation } from '../../situation.ts';

/** One live setting in the place of what is there now. */
export const settingChange = <Name extends LiveSettingName>(
  { settings }: Pick<Situation, 'settings'>,
  setting: Name,
  after: NonNullable<LiveSettings[Name]>,
): ChangeOf<'setting'> => ({
  kind: 'setting',
  setting,
  before: changeValue(settings[setting]),
  after: changeValue(after),
});

/** What holds of every change of a live setting: it needs no restart, and is taken back as it was brought. */
export const live = { requiresRestart: false, reversible: true } as const;
