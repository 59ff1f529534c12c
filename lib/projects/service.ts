import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { type BudgetSettings, defaultBudgets } from '../contracts/budgets.ts';
import type { Outgoing } from '../contracts/messages.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import type { Project, ProjectSettings, TelemetryRetention, Verification } from '../contracts/projects.ts';
import { type ThresholdSettings, type Thresholds, thresholdsInForce } from '../contracts/thresholds.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { HistoryTable } from '../platform/table/history-table.ts';
import type { ItemType, Stored } from '../platform/table/item.ts';
import { type Key, keys } from '../platform/table/keys.ts';
import { deletionItem, toldAfterSeconds } from './deletion.ts';
import { budgetsItem, projectItem, type StoredProject, thresholdsItem } from './model.ts';
import { type Resolve, requireAllowed, resolveTarget, systemResolve, type Target, targetKind } from './target.ts';
import { lookForProof, type Proof, type ResolveTxt, systemResolveTxt, verificationMethods } from './verification.ts';

type ProjectParts = Pick<Parts, 'table' | 'clock'> & { configuration: { privateTargets: boolean } };

/** Projects: the services that Headroom looks after, and whether it may send load to them. */
export class ProjectService {
  readonly #table: HistoryTable;
  readonly #clock: Clock;
  readonly #privateTargets: boolean;
  readonly #resolve: Resolve;
  readonly #resolveTxt: ResolveTxt;

  constructor(
    { table, clock, configuration }: ProjectParts,
    { resolve = systemResolve, resolveTxt = systemResolveTxt }: { resolve?: Resolve; resolveTxt?: ResolveTxt } = {},
  ) {
    this.#table = table;
    this.#clock = clock;
    this.#privateTargets = configuration.privateTargets;
    this.#resolve = resolve;
    this.#resolveTxt = resolveTxt;
  }

  /** Creates the project or replaces its settings. What was proven of a target stays proven while its origin stays. */
  async put(project: string, settings: ProjectSettings): Promise<{ project: Project; created: boolean }> {
    const privateTarget = await this.#checkAddresses(settings.baseUrl);
    const key = keys.project(project);
    const now = isoTime(this.#clock());
    const current = await this.#table.get(projectItem, key);
    if (current === undefined) {
      const value: StoredProject = {
        ...settings,
        project,
        createdAt: now,
        updatedAt: now,
        verificationToken: `headroom-${randomBytes(18).toString('base64url')}`,
        privateTarget,
      };
      const made = await this.#table.create(projectItem, key, value);
      if (made === undefined) throw changedMeanwhile(project);
      return { project: this.#show(value), created: true };
    }
    const { verificationToken, verifiedAt, verifiedBy, checkedAt, checkDetail, createdAt } = current.value;
    const sameOrigin = new URL(current.value.baseUrl).origin === new URL(settings.baseUrl).origin;
    const value: StoredProject = {
      ...settings,
      project,
      createdAt,
      updatedAt: now,
      verificationToken,
      privateTarget,
      ...(sameOrigin ? { verifiedAt, verifiedBy, checkedAt, checkDetail } : {}),
    };
    const replaced = await this.#table.replace(current, value);
    if (replaced === undefined) throw changedMeanwhile(project);
    return { project: this.#show(value), created: false };
  }

  /** @throws DomainError not-found */
  async require(project: string): Promise<Project> {
    return this.#show((await this.#find(project)).value);
  }

  /** How long the project's telemetry is kept. Undefined: there is no such project, or no more. */
  async retention(project: string): Promise<TelemetryRetention | undefined> {
    return (await this.#table.get(projectItem, keys.project(project)))?.value.retention;
  }

  /** @param visible which projects the caller may see; a page may be short where others stand between them. */
  async list(query: PageQuery, visible: (project: string) => boolean): Promise<Page<Project>> {
    const page = await this.#table.page(projectItem, keys.projects(), query);
    const items = page.items.filter(({ project }) => visible(project)).map((stored) => this.#show(stored));
    return { ...page, items };
  }

  async *all(): AsyncGenerator<Project> {
    for await (const { value } of this.#table.all(projectItem, keys.projects())) yield this.#show(value);
  }

  /** What the project measured stays until its retention ends. @throws DomainError not-found */
  async delete(project: string): Promise<void> {
    await this.#find(project);
    await this.#tellOfDeletion(project);
    // What was set of it goes first: a project that comes back under this name must not find it.
    await this.#table.delete(keys.thresholds(project));
    await this.#table.delete(keys.budgets(project));
    await this.#table.delete(keys.profileChoice(project));
    await this.#table.delete(keys.databases(project));
    await this.#table.delete(keys.deployments(project));
    await this.#table.delete(keys.liveSettings(project));
    await this.#table.delete(keys.schedule(project));
    const existed = await this.#table.delete(keys.project(project));
    if (!existed) throw notFound(`The project ${project}`);
  }

  /** Written before anything goes, so that those who keep something of the project are told whatever happens on the way. */
  async #tellOfDeletion(project: string): Promise<void> {
    const key = keys.projectDeletion(project);
    const value = { deletedAt: isoTime(this.#clock()) };
    const body = { type: 'alert.project-deleted', project } as const;
    const pending: Outgoing[] = [{ queue: 'alerts', body, delaySeconds: toldAfterSeconds }];
    const current = await this.#table.get(deletionItem, key);
    if (current === undefined) await this.#table.create(deletionItem, key, value, { pending });
    else await this.#table.replace(current, value, { pending });
  }

  /**
   * Looks again for the proof that the target is its owner's. An earlier one is lost only where something else stands in its
   * place: a target that does not answer now may be its owner's as much as before.
   */
  async verify(project: string): Promise<Verification> {
    const current = await this.#find(project);
    const { baseUrl, verificationToken, verifiedAt, verifiedBy, checkDetail: _, ...rest } = current.value;
    const target = await resolveTarget(baseUrl, this.#resolve);
    const kind = requireAllowed(target, this.#privateTargets);
    const proof = await lookForProof(target, verificationToken, this.#resolveTxt);
    const now = isoTime(this.#clock());
    const value: StoredProject = {
      ...rest,
      baseUrl,
      verificationToken,
      privateTarget: kind === 'private',
      checkedAt: now,
      ...afterLook(proof, { verifiedAt, verifiedBy }, now),
    };
    const replaced = await this.#table.replace(current, value);
    if (replaced === undefined) throw changedMeanwhile(project);
    return this.#show(value).verification;
  }

  /**
   * Where a load test of the project may go, looked up now.
   * @param baseUrl in place of the project's own: of the same origin, since that is what was proven, or private
   * @throws DomainError not-found, target-not-allowed, or target-not-verified with how to prove ownership
   */
  async requireTarget(project: string, baseUrl?: string): Promise<Target> {
    const { value } = await this.#find(project);
    const target = await resolveTarget(baseUrl ?? value.baseUrl, this.#resolve);
    const kind = requireAllowed(target, this.#privateTargets);
    if (kind === 'public' && baseUrl !== undefined && new URL(baseUrl).origin !== new URL(value.baseUrl).origin) {
      const detail = `${new URL(baseUrl).origin} is not the origin of the project ${project}: register a project for it, and prove that it is yours.`;
      throw new DomainError('target-not-verified', detail);
    }
    if (kind === 'public' && value.verifiedAt === undefined) {
      const [wellKnown, dns] = verificationMethods(value.baseUrl, value.verificationToken);
      throw new DomainError(
        'target-not-verified',
        `Prove that ${target.hostname} is yours: answer ${wellKnown?.value} at ${wellKnown?.location}, or set it as a TXT record of ${dns?.location}; then POST /v1/projects/${project}/verification.`,
      );
    }
    return target;
  }

  /**
   * The addresses that a target has now, while a test goes on.
   * @throws DomainError target-not-allowed where the rules forbid one of them, or where the name has come to mean another
   * kind of address than what the test was allowed for: what is private was never proven, what is public is not inside;
   * and whatever the resolver throws
   */
  async requireAddresses({ hostname, addresses }: Pick<Target, 'hostname' | 'addresses'>): Promise<readonly string[]> {
    if (isIP(hostname) !== 0) return addresses;
    const now = { hostname, addresses: await this.#resolve(hostname) };
    if (requireAllowed(now, this.#privateTargets) !== targetKind({ addresses })) {
      throw new DomainError('target-not-allowed', `${hostname} has moved between public and private addresses.`);
    }
    return now.addresses;
  }

  async thresholds(project: string): Promise<Thresholds> {
    await this.#find(project);
    return thresholdsInForce(await this.thresholdSettings(project));
  }

  async putThresholds(project: string, settings: ThresholdSettings): Promise<Thresholds> {
    await this.#putSettings(project, thresholdsItem, keys.thresholds(project), settings);
    return thresholdsInForce(settings);
  }

  /** As they were set, without what follows from the preset. */
  async thresholdSettings(project: string): Promise<ThresholdSettings> {
    return (await this.#table.get(thresholdsItem, keys.thresholds(project)))?.value ?? { preset: 'default' };
  }

  /** Whether what would help is also done, by itself. @throws DomainError not-found, conflict */
  async switchAutoOptimization(project: string, autoOptimization: boolean): Promise<void> {
    const current = await this.#find(project);
    if (current.value.autoOptimization === autoOptimization) return;
    const updatedAt = isoTime(this.#clock());
    const replaced = await this.#table.replace(current, { ...current.value, autoOptimization, updatedAt });
    if (replaced === undefined) throw changedMeanwhile(project);
  }

  /** The objectives that the project has, or all have. @throws DomainError not-found */
  async budgets(project: string): Promise<BudgetSettings> {
    await this.#find(project);
    return (await this.#table.get(budgetsItem, keys.budgets(project)))?.value ?? defaultBudgets;
  }

  /** @throws DomainError not-found, conflict */
  async putBudgets(project: string, settings: BudgetSettings): Promise<BudgetSettings> {
    await this.#putSettings(project, budgetsItem, keys.budgets(project), settings);
    return settings;
  }

  async #putSettings<Value>(project: string, type: ItemType<Value>, key: Key, settings: Value): Promise<void> {
    await this.#find(project);
    const current = await this.#table.get(type, key);
    const written =
      current === undefined
        ? await this.#table.create(type, key, settings)
        : await this.#table.replace(current, settings);
    if (written === undefined) throw changedMeanwhile(project);
  }

  async #find(project: string): Promise<Stored<StoredProject>> {
    const found = await this.#table.get(projectItem, keys.project(project));
    if (found === undefined) throw notFound(`The project ${project}`);
    return found;
  }

  /** A name without an address may be registered; an address that is never a target may not. */
  async #checkAddresses(baseUrl: string): Promise<boolean> {
    const target = await resolveTarget(baseUrl, this.#resolve).catch(() => undefined);
    return target !== undefined && requireAllowed(target, this.#privateTargets) === 'private';
  }

  #show(stored: StoredProject): Project {
    const { verificationToken, verifiedAt, verifiedBy: _, checkedAt, checkDetail, privateTarget, ...settings } = stored;
    const state = verifiedAt !== undefined ? 'verified' : privateTarget ? 'not-needed' : 'unverified';
    return {
      ...settings,
      verification: {
        state,
        token: verificationToken,
        methods: verificationMethods(settings.baseUrl, verificationToken),
        ...(verifiedAt === undefined ? {} : { verifiedAt }),
        ...(checkedAt === undefined ? {} : { checkedAt }),
        ...(checkDetail === undefined ? {} : { detail: checkDetail }),
      },
    };
  }
}

function afterLook(
  proof: Proof,
  { verifiedAt, verifiedBy }: Pick<StoredProject, 'verifiedAt' | 'verifiedBy'>,
  now: string,
): Pick<StoredProject, 'verifiedAt' | 'verifiedBy' | 'checkDetail'> {
  if (proof.proven) return { verifiedAt: now, verifiedBy: proof.by, checkDetail: `Found by ${proof.by}.` };
  if (verifiedBy === undefined || proof.denied.includes(verifiedBy)) return { checkDetail: proof.detail };
  return { verifiedAt, verifiedBy, checkDetail: `${proof.detail} The proof by ${verifiedBy} of ${verifiedAt} stands.` };
}

const changedMeanwhile = (project: string): DomainError =>
  new DomainError('conflict', `The project ${project} was changed by someone else at the same time. Try again.`);
