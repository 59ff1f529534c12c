import { endOfExperiment, type LiveSettings, type SettingsDocument } from '../../contracts/live-settings.ts';
import { experimentPollSeconds, pollSeconds } from '../../contracts/settings-headers.ts';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { LiveSettingsService, VersionedSettings } from '../../projects/live-settings/service.ts';
import type { ProjectService } from '../../projects/service.ts';

export interface SettingsParts extends Pick<Parts, 'clock'> {
  projects: Pick<ProjectService, 'require'>;
  liveSettings: LiveSettingsService;
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
   * @param isExpected whether what is there may be replaced
   * @throws DomainError not-found; precondition-failed when it may not; conflict while an experiment runs, which measures what is there
   */
  async put(
    project: string,
    settings: LiveSettings,
    isExpected: (version: string) => boolean = () => true,
  ): Promise<SettingsDocument> {
    await this.#parts.projects.require(project);
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
