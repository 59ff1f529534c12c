import {
  endOfExperiment,
  type LiveSettingName,
  type LiveSettings,
  type SettingsDocument,
} from '../../contracts/live-settings.ts';
import type { Actor } from '../../contracts/optimization-runs.ts';
import type { ChangeOf } from '../../contracts/optimizations.ts';
import { experimentPollSeconds, pollSeconds } from '../../contracts/settings-headers.ts';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { LiveSettingsService, VersionedSettings } from '../../projects/live-settings/service.ts';
import type { ProjectService } from '../../projects/service.ts';
import { changeValue } from '../change-value.ts';
import type { AuditTrail } from '../runs/audit.ts';
import type { Freezes } from '../runs/freezes.ts';
import { isSameValue } from '../sides.ts';

export interface SettingsParts extends Pick<Parts, 'clock' | 'ids'> {
  projects: Pick<ProjectService, 'require'>;
  liveSettings: LiveSettingsService;
  freezes: Pick<Freezes, 'reason'>;
  audit: Pick<AuditTrail, 'begin' | 'close'>;
}

/** One change of each setting that becomes another one. */
function changesTo(settings: LiveSettings, now: LiveSettings): ChangeOf<'setting'>[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(settings)])] as LiveSettingName[];
  return names.flatMap((setting) => {
    const [before, after] = [changeValue(now[setting]), changeValue(settings[setting])];
    return isSameValue(before, after) ? [] : [{ kind: 'setting' as const, setting, before, after }];
  });
}

/** What services fetch, and what people set by hand. */
export class SettingsService {
  readonly #parts: SettingsParts;

  constructor(parts: SettingsParts) {
    this.#parts = parts;
  }

  /** @throws DomainError not-found */
  async document(project: string): Promise<SettingsDocument> {
    await this.#parts.projects.require(project);
    return documentOf(await this.#parts.liveSettings.read(project), this.#parts.clock());
  }

  /**
   * @param by who sets them, for the trail of changes
   * @param isExpected whether what is there may be replaced
   * @throws DomainError not-found; precondition-failed when it may not; conflict while changes are frozen, and while an experiment runs,
   *   which measures what is there
   */
  async put(
    project: string,
    settings: LiveSettings,
    by: Actor,
    isExpected: (version: string) => boolean = () => true,
  ): Promise<SettingsDocument> {
    const { liveSettings, clock, projects, freezes, audit } = this.#parts;
    await projects.require(project);
    const frozen = await freezes.reason(project);
    if (frozen !== undefined) throw new DomainError('conflict', frozen);
    const changes = changesTo(settings, (await liveSettings.read(project)).settings);
    const entries = await Promise.all(
      changes.map((change) =>
        audit.begin(
          { project, by, action: 'set', change, from: change.before, to: change.after },
          `hand ${this.#parts.ids(clock())}`,
        ),
      ),
    );
    const close = (state: 'made' | 'refused', detail?: string) =>
      Promise.all(entries.map((entry) => audit.close(entry, state, detail)));
    try {
      const document = await this.#put(project, settings, isExpected);
      await close('made');
      return document;
    } catch (error) {
      if (error instanceof DomainError) await close('refused', error.message);
      throw error;
    }
  }

  async #put(
    project: string,
    settings: LiveSettings,
    isExpected: (version: string) => boolean,
  ): Promise<SettingsDocument> {
    const { liveSettings, clock } = this.#parts;
    const put = await liveSettings.change(project, (now) => {
      if (!isExpected(now.version)) {
        throw new DomainError(
          'precondition-failed',
          `The live settings of ${project} have the version ${now.version}.`,
        );
      }
      requireNoExperiment(project, now, clock);
      return { settings };
    });
    return documentOf(put, clock());
  }
}

const isRunning = ({ experiment }: VersionedSettings, nowMs: number): boolean =>
  experiment !== undefined && nowMs < endOfExperiment(experiment);

/** @throws DomainError conflict */
export function requireNoExperiment(project: string, now: VersionedSettings, clock: Clock): void {
  if (!isRunning(now, clock())) return;
  const detail = `The experiment ${now.experiment?.id} compares settings of ${project} right now; they can be changed when it has ended.`;
  throw new DomainError('conflict', detail);
}

/** What nobody follows any more is not told. */
function documentOf(now: VersionedSettings, nowMs: number): SettingsDocument {
  const { version, settings, experiment } = now;
  return experiment !== undefined && isRunning(now, nowMs)
    ? { version, settings, experiment, pollSeconds: experimentPollSeconds }
    : { version, settings, pollSeconds };
}
