import { isDeepStrictEqual } from 'node:util';
import type { ChangeOf } from '../../../contracts/optimizations.ts';
import { asking } from '../../../platform/aws-failure.ts';
import { DomainError } from '../../../platform/errors.ts';
import { pause } from '../../../platform/pause.ts';
import type { ProjectService } from '../../../projects/service.ts';
import type { Applier, Held } from '../../applier.ts';
import { type AwsClients, clientsFor } from '../clients.ts';
import { managedTag } from '../managed-tag.ts';
import { findProperty } from './find-property.ts';
import type { Access, AwsProperty, Progress, Service, Value } from './property.ts';

type AwsChange = ChangeOf<'aws'>;

/** Where a project names the resources of a service. */
const kindOf = {
  lambda: 'lambdas',
  apigateway: 'apis',
  dynamodb: 'tables',
  elasticache: 'caches',
  sqs: 'queues',
} as const satisfies Record<Service, string>;

const usualPatienceMs = 60_000;
/** More than any change takes: who needs more goes around in circles. */
const mostCalls = 30;

export interface AwsApplierOptions {
  /** Between two looks at a change that is under way (1000). */
  pollMs?: number;
  /** So long a change is waited for, in place of what its property says. What takes longer is taken up by the next attempt. */
  patienceMs?: number;
}

/** Changes properties of AWS resources: only of those that the project names and that have the tag. */
export class AwsApplier implements Applier<'aws'> {
  readonly #clients: AwsClients;
  readonly #projects: Pick<ProjectService, 'require'>;
  readonly #options: AwsApplierOptions & { pollMs: number };

  constructor(clients: AwsClients, projects: Pick<ProjectService, 'require'>, options: AwsApplierOptions = {}) {
    this.#clients = clients;
    this.#projects = projects;
    this.#options = { pollMs: 1_000, ...options };
  }

  /**
   * @throws DomainError not-found; forbidden when the project does not name the resource, it lacks the tag, or Headroom's role may
   * not; invalid-request when there is no such property; unavailable
   */
  async read(project: string, change: AwsChange): Promise<Held> {
    const { access, property } = await this.#open(project, change);
    const held = await asking(inWords(change), () => access.read());
    const { before, after } = change;
    const isSide = [before, after].some((side) => isDeepStrictEqual(side, held.value));
    const isPartial = !isSide && property.isBetween?.(held.value, before, after) === true;
    return isPartial ? { ...held, isPartial } : held;
  }

  /**
   * Goes by what is there: changes nothing when the value is, waits for what an earlier attempt began, and goes on from where that was
   * cut off.
   *
   * @throws DomainError as `read`; conflict when the value, or what it belongs to, is not as it was held; unavailable when it is
   * not in force in time, or the service could not put it in force
   */
  async write(project: string, change: AwsChange, value: Value, held: Held): Promise<Held> {
    const { access, property } = await this.#open(project, change);
    const what = inWords(change);
    const wanted = property.value.safeParse(value);
    if (!wanted.success) throw new DomainError('invalid-request', `${what} cannot be ${JSON.stringify(value)}.`);
    const patienceMs = this.#options.patienceMs ?? property.patienceMs ?? usualPatienceMs;
    return asking(what, async () => {
      for (let calls = 0; ; calls++) {
        const progress = await this.#settled(access, what, patienceMs);
        const present = await access.read();
        const isThere = isDeepStrictEqual(present.value, wanted.data);
        if (isThere && progress !== 'failed') return present;
        if (progress === 'failed' && calls > 0) {
          throw new DomainError('unavailable', `AWS took the change of ${what}, and could not put it in force.`);
        }
        if (!isThere && !isOurs(property, present, held, wanted.data, calls)) throw somebodyElse(what);
        if (calls === mostCalls) throw new DomainError('unavailable', `${what} does not become what it was set to.`);
        await access.change(wanted.data, present);
      }
    });
  }

  /** Of the account where the project's resources are. */
  async clientsOf(project: string): Promise<AwsClients> {
    return clientsFor(this.#clients, await this.#projects.require(project));
  }

  async #open(project: string, change: AwsChange): Promise<{ access: Access; property: AwsProperty }> {
    const { property, parts } = findProperty(change);
    const found = await this.#projects.require(project);
    const { resources } = found;
    const kind = kindOf[change.service];
    if (!(resources[kind] ?? []).includes(change.resource)) {
      throw new DomainError(
        'forbidden',
        `The project ${project} does not name ${change.resource} among its ${kind}: add it to \`resources.${kind}\` of the project.`,
      );
    }
    const access = await asking(inWords(change), () =>
      property.open(clientsFor(this.#clients, found), change.resource, parts),
    );
    if (!access.isManaged) {
      throw new DomainError(
        'forbidden',
        `${change.resource} does not have the tag ${managedTag.key}=${managedTag.value}, without which Headroom changes nothing. ` +
          `Tag it: aws resourcegroupstaggingapi tag-resources --resource-arn-list ${access.arn} --tags ${managedTag.key}=${managedTag.value}`,
      );
    }
    return { access, property };
  }

  /** Waits for what is under way. */
  async #settled(access: Access, what: string, patienceMs: number): Promise<Progress> {
    const { pollMs } = this.#options;
    const endsAt = performance.now() + patienceMs;
    for (;;) {
      const progress = (await access.progress?.()) ?? 'in-force';
      if (progress !== 'under-way') return progress;
      if (performance.now() > endsAt) {
        throw new DomainError('unavailable', `AWS is still putting ${what} in force.`, { retryAfterSeconds: 30 });
      }
      await pause(pollMs);
    }
  }
}

const inWords = ({ property, resource }: AwsChange): string => `${property} of ${resource}`;

const somebodyElse = (what: string): DomainError =>
  new DomainError('conflict', `Somebody else has changed ${what} meanwhile: it is left as it is.`);

/** Whether it is what was held, or what earlier calls have made of that. */
function isOurs({ isBetween }: AwsProperty, present: Held, held: Held, wanted: Value, calls: number): boolean {
  if (held.revision !== undefined && held.revision !== present.revision) return false;
  if (calls === 0 && isDeepStrictEqual(present.value, held.value)) return true;
  return isBetween?.(present.value, held.value, wanted) === true;
}
