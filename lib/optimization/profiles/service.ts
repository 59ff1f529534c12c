import type { Page, PageQuery } from '../../contracts/page.ts';
import type { Profile, ProjectProfile, ShownProfile } from '../../contracts/profiles.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import { decodeCursor, encodeCursor } from '../../platform/table/cursor.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import { isSameValue } from '../sides.ts';
import { builtInProfiles, defaultProfileId } from './built-in.ts';
import { effectsOf } from './effects.ts';
import { type CustomProfile, choiceItem, profileItem, type StoredChoice } from './model.ts';
import { thresholdsOf, withoutProfile } from './thresholds.ts';

type ProfileParts = Pick<Parts, 'table' | 'clock'>;

/** A project may be entered as a user of a profile for so long before its choice is seen to be another: it may be about to be written. */
const choosingMs = 60_000;

/** Profiles: those that are built in, those that users made, and which of them each project goes by. */
export class ProfileService {
  readonly #parts: ProfileParts;
  readonly #projects: ProjectService;

  constructor(parts: ProfileParts, projects: ProjectService) {
    this.#parts = parts;
    this.#projects = projects;
  }

  /** @throws DomainError not-found */
  async get(profileId: string): Promise<ShownProfile> {
    const builtIn = builtInProfiles.get(profileId);
    if (builtIn !== undefined) return shownBuiltIn(profileId, builtIn);
    return shown((await this.#find(profileId)).value);
  }

  /** All of them in the order of their ids, those that are built in too. */
  async list({ limit, cursor }: PageQuery): Promise<Page<ShownProfile>> {
    const { pk, prefix } = keys.profiles();
    const after = cursor === undefined ? '' : decodeCursor(cursor, prefix).slice(prefix.length);
    const page = await this.#parts.table.page(profileItem, { pk, prefix }, { limit, cursor });
    const { nextCursor } = page;
    const last = nextCursor === undefined ? undefined : decodeCursor(nextCursor, prefix).slice(prefix.length);
    const between = [...builtInProfiles].filter(([id]) => id > after && (last === undefined || id <= last));
    const items = [...page.items.map(shown), ...between.map(([id, profile]) => shownBuiltIn(id, profile))]
      .sort((a, b) => (a.profileId < b.profileId ? -1 : 1))
      .slice(0, limit);
    const isCut = page.items.length + between.length > limit;
    const end = isCut ? items.at(-1)?.profileId : last;
    return end === undefined ? { items } : { items, nextCursor: encodeCursor(prefix + end) };
  }

  /** @throws DomainError conflict when it is built in, or was changed by someone else at the same time */
  async put(profileId: string, profile: Profile): Promise<{ profile: ShownProfile; created: boolean }> {
    requireCustom(profileId);
    const { table, clock } = this.#parts;
    const key = keys.profile(profileId);
    const now = isoTime(clock());
    const current = await table.get(profileItem, key);
    const { createdAt, users } = current?.value ?? { createdAt: now, users: [] };
    const value: CustomProfile = { ...profile, profileId, createdAt, updatedAt: now, users };
    const written =
      current === undefined ? await table.create(profileItem, key, value) : await table.replace(current, value);
    if (written === undefined) throw changedMeanwhile(profileId);
    return { profile: shown(value), created: current === undefined };
  }

  /** @throws DomainError not-found; conflict when it is built in, or projects go by it: it says which */
  async delete(profileId: string): Promise<void> {
    requireCustom(profileId);
    const found = await this.#find(profileId);
    const users = await this.#usersOf(found);
    if (users.length > 0) {
      const detail = `The profile ${profileId} is in use by ${users.join(', ')}: choose another one there first.`;
      throw new DomainError('conflict', detail);
    }
    if (!(await this.#parts.table.deleteAsRead(found))) throw changedMeanwhile(profileId);
  }

  /** @throws DomainError not-found */
  async ofProject(project: string): Promise<ProjectProfile> {
    await this.#projects.require(project);
    const choice = (await this.#choice(project))?.value;
    const profile = await this.get(choice?.profileId ?? defaultProfileId);
    return {
      project,
      profileId: profile.profileId,
      ...(choice === undefined ? {} : { chosenAt: choice.chosenAt }),
      profile,
      effects: effectsOf(profile),
      apply: `\`headroom optimize ${profile.profileId} --project ${project}\`, or POST /v1/projects/${project}/optimization-runs with { "profileId": "${profile.profileId}" }`,
    };
  }

  /** The profile that was chosen for a project. Undefined: none was. */
  async chosenFor(project: string): Promise<ShownProfile | undefined> {
    const choice = (await this.#choice(project))?.value;
    return choice === undefined ? undefined : this.get(choice.profileId);
  }

  /**
   * From now on the project goes by this profile: its switches are set at once, all else by the next run. Doing it again comes
   * to the same.
   * @throws DomainError not-found, conflict
   */
  async choose(project: string, profileId: string): Promise<ProjectProfile> {
    await this.#projects.require(project);
    const before = await this.#choice(project);
    await this.#enter(project, profileId);
    const { table, clock } = this.#parts;
    const profile = await this.get(profileId);
    const { preset, ...present } = await this.#projects.thresholdSettings(project);
    const own = before?.value.thresholds === undefined ? present : withoutProfile(present, before.value.thresholds);
    const set = thresholdsOf(profile);
    // Stored before it is set: whoever is cut off between both chooses again, and nothing is taken for the project's own.
    const choice: StoredChoice = {
      profileId,
      chosenAt: isoTime(clock()),
      ...(Object.keys(set).length === 0 ? {} : { thresholds: { set, before: own } }),
    };
    const written =
      before === undefined
        ? await table.create(choiceItem, keys.profileChoice(project), choice)
        : await table.replace(before, choice);
    if (written === undefined) {
      throw new DomainError('conflict', `Somebody else chose a profile for ${project} at the same time. Try again.`);
    }
    const { autoOptimization } = profile.rules.monitoring;
    if (autoOptimization !== undefined) await this.#projects.switchAutoOptimization(project, autoOptimization);
    const thresholds = { ...own, ...set };
    if (!isSameValue(thresholds, present)) await this.#projects.putThresholds(project, { preset, ...thresholds });
    if (before !== undefined && before.value.profileId !== profileId) {
      await this.#strikeOut(project, before.value.profileId);
    }
    return this.ofProject(project);
  }

  /** As one of its users: from then on it cannot be deleted. */
  async #enter(project: string, profileId: string): Promise<void> {
    if (builtInProfiles.has(profileId)) return;
    const found = await this.#find(profileId);
    const users = found.value.users.filter((user) => user.project !== project);
    const since = isoTime(this.#parts.clock());
    const value = { ...found.value, users: [...users, { project, since }] };
    if ((await this.#parts.table.replace(found, value)) === undefined) throw changedMeanwhile(profileId);
  }

  /** Whoever loses a race here leaves a user behind that is none: `#usersOf` sees through it. */
  async #strikeOut(project: string, profileId: string): Promise<void> {
    const found = await this.#parts.table.get(profileItem, keys.profile(profileId));
    if (found === undefined) return;
    const users = found.value.users.filter((user) => user.project !== project);
    await this.#parts.table.replace(found, { ...found.value, users });
  }

  async #usersOf({ value }: Stored<CustomProfile>): Promise<string[]> {
    const users: string[] = [];
    for (const { project, since } of value.users) {
      const choice = (await this.#choice(project))?.value;
      const isChoosing = this.#parts.clock() - Date.parse(since) < choosingMs;
      if (choice?.profileId === value.profileId || isChoosing) users.push(project);
    }
    return users;
  }

  #choice(project: string): Promise<Stored<StoredChoice> | undefined> {
    return this.#parts.table.get(choiceItem, keys.profileChoice(project));
  }

  async #find(profileId: string): Promise<Stored<CustomProfile>> {
    const found = await this.#parts.table.get(profileItem, keys.profile(profileId));
    if (found === undefined) throw notFound(`The profile ${profileId}`);
    return found;
  }
}

const shown = ({ users: _, ...profile }: CustomProfile): ShownProfile => ({ ...profile, builtIn: false });

const shownBuiltIn = (profileId: string, profile: Profile): ShownProfile => ({ ...profile, profileId, builtIn: true });

function requireCustom(profileId: string): void {
  if (!builtInProfiles.has(profileId)) return;
  const detail = `The profile ${profileId} is built in, and stays as it is. Give yours another id.`;
  throw new DomainError('conflict', detail);
}

const changedMeanwhile = (profileId: string): DomainError =>
  new DomainError('conflict', `The profile ${profileId} was changed by someone else at the same time. Try again.`);
