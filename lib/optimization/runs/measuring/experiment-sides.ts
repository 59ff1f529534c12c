import { type LiveSettings, liveSettings } from '../../../contracts/live-settings.ts';
import type { Change } from '../../../contracts/optimizations.ts';
import { DomainError } from '../../../platform/errors.ts';
import { type Side, valueOn } from '../../sides.ts';

/**
 * The whole settings of both sides: those in force, with what the changes have on the side.
 * @throws DomainError invalid-request when that makes no settings
 */
export function experimentSides(current: LiveSettings, changes: readonly Change[]): Record<Side, LiveSettings> {
  const on = (side: Side): LiveSettings => {
    const settings: Record<string, unknown> = { ...current };
    for (const change of changes) {
      if (change.kind !== 'setting') continue;
      const value = valueOn(side, change);
      if (value === null) delete settings[change.setting];
      else settings[change.setting] = value;
    }
    const parsed = liveSettings.safeParse(settings);
    if (!parsed.success) throw new DomainError('invalid-request', 'What was planned makes no settings.');
    return parsed.data;
  };
  return { before: on('before'), after: on('after') };
}
