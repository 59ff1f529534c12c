import type { Project } from '../../../contracts/projects.ts';
import { type Clock, isoTime } from '../../../platform/clock.ts';
import { inParallel } from '../../../telemetry/in-parallel.ts';
import { type AwsClients, clientsFor } from '../clients.ts';
import { readApi } from './api.ts';
import { readCache } from './cache.ts';
import { type CallLimits, Calls } from './calls.ts';
import { readLambda } from './lambda.ts';
import type { AwsConfiguration } from './model.ts';
import { readQueue } from './queue.ts';
import { readStack } from './stack.ts';
import { readTable } from './table.ts';

/** Resources that are read at the same time, of each kind: the services allow some tens of calls a second. */
const atOnce = 3;

/** Reads how the AWS resources that a project names are configured. */
export class AwsConfigurationReader {
  readonly #clients: AwsClients;
  readonly #clock: Clock;
  readonly #limits: CallLimits | undefined;

  constructor(clients: AwsClients, clock: Clock, limits?: CallLimits) {
    this.#clients = clients;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Never rejects: what could not be read is missing, and named in `problems`. */
  async read(project: Pick<Project, 'resources'>): Promise<AwsConfiguration> {
    const { resources } = project;
    const clients = clientsFor(this.#clients, project);
    const calls = new Calls(this.#limits);
    const nowMs = this.#clock();
    const each = async <Configuration>(
      names: readonly string[] | undefined,
      read: (name: string) => Promise<Configuration | undefined>,
    ): Promise<Configuration[]> => {
      const found = await inParallel([...new Set(names)], atOnce, read);
      return found.filter((one): one is Configuration & {} => one !== undefined);
    };
    const [lambdas, apis, tables, queues, caches, stack] = await Promise.all([
      each(resources.lambdas, (name) => readLambda(clients, calls, name, nowMs)),
      each(resources.apis, (name) => readApi(clients, calls, name)),
      each(resources.tables, (name) => readTable(clients, calls, name)),
      each(resources.queues, (name) => readQueue(clients.sqs, calls, name)),
      each(resources.caches, (name) => readCache(clients.elastiCache, calls, name)),
      resources.stack === undefined ? undefined : readStack(clients.cloudFormation, calls, resources.stack),
    ]);
    return {
      readAt: isoTime(nowMs),
      lambdas,
      apis,
      tables,
      queues,
      caches,
      ...(stack === undefined ? {} : { stack }),
      problems: calls.problems,
    };
  }
}
