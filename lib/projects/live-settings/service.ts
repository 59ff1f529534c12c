import { createHash } from 'node:crypto';
import { canonicalJson } from '../../platform/canonical-json.ts';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import { keys } from '../../platform/table/keys.ts';
import { liveSettingsItem, type ProjectLiveSettings } from './model.ts';

export interface VersionedSettings extends ProjectLiveSettings {
  /** The same for the same settings and experiment: who is back at what was before has its version again. */
  version: string;
}

/** Two who change different fields at the same moment both come through. */
const attempts = 5;
/** So long a change may go unseen by who is told of versions. */
const versionMs = 1_000;
const versionsKept = 1_000;

const versionOf = (state: ProjectLiveSettings): string =>
  createHash('sha256').update(canonicalJson(state)).digest('base64url').slice(0, 22);

/**
 * The settings that a project's services fetch. They stand with the projects because those who take telemetry tell of their
 * version, and those who optimize change them.
 */
export class LiveSettingsService {
  readonly #table: HistoryTable;
  readonly #clock: Clock;
  readonly #versions = new Map<string, { version: string; until: number }>();

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>) {
    this.#table = table;
    this.#clock = clock;
  }

  /** Of a project that has none: empty ones. */
  async read(project: string): Promise<VersionedSettings> {
    const stored = await this.#table.get(liveSettingsItem, keys.liveSettings(project));
    return versioned(stored?.value ?? { settings: {} });
  }

  /** As it was at most a second ago. */
  async version(project: string): Promise<string> {
    const known = this.#versions.get(project);
    if (known !== undefined && known.until > this.#clock()) return known.version;
    const { version } = await this.read(project);
    this.#versions.delete(project);
    // The oldest goes: insertion order is age.
    for (const oldest of this.#versions.keys()) {
      if (this.#versions.size < versionsKept) break;
      this.#versions.delete(oldest);
    }
    this.#versions.set(project, { version, until: this.#clock() + versionMs });
    return version;
  }

  /**
   * Changes what is there now, whatever others do meanwhile.
   *
   * @param change may be asked more than once; what it throws is thrown, and nothing was changed then. What it returns as it was given is
   * not written
   * @throws DomainError conflict, when others are faster too often
   */
  async change(
    project: string,
    change: (now: VersionedSettings) => ProjectLiveSettings | VersionedSettings,
  ): Promise<VersionedSettings> {
    const key = keys.liveSettings(project);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const stored = await this.#table.get(liveSettingsItem, key);
      const now = versioned(stored?.value ?? { settings: {} });
      const { settings, experiment } = change(now);
      const value: ProjectLiveSettings = { settings, ...(experiment && { experiment }) };
      const next = versioned(value);
      if (next.version === now.version) return now;
      const written =
        stored === undefined
          ? await this.#table.create(liveSettingsItem, key, value)
          : await this.#table.replace(stored, value);
      if (written === undefined) continue;
      this.#versions.delete(project);
      return next;
    }
    throw new DomainError('conflict', `The live settings of ${project} are being changed by others. Try again.`);
  }
}

const versioned = (state: ProjectLiveSettings): VersionedSettings => ({ ...state, version: versionOf(state) });
