import type { DeployedStack, Finding, LeftOver, MeasuredUse, StackEvent } from '../contracts/deployment.ts';
import { type DeploymentInput, parseDeploymentOptions } from '../contracts/deployment-options.ts';
import { pause } from '../platform/pause.ts';
import { type AwsCaller, requireCaller } from './caller.ts';
import { type Cdk, type CdkRun, runCdk } from './cdk.ts';
import type { DeploymentClients } from './clients.ts';
import { findLeftOvers, removeLeftOver } from './left-overs.ts';
import { measuredUse } from './measured-use.ts';
import { preflight } from './preflight.ts';
import { deleteStack, findStack, StackEvents, stackNameOf } from './stack.ts';

export interface DeploymentsParts {
  clients: DeploymentClients;
  cdk: Cdk;
  /** Between two looks at a stack that changes. */
  pollMs?: number;
}

/** Deployments in the caller's account: looked at, made, measured and taken away. */
export class Deployments {
  readonly #clients: DeploymentClients;
  readonly #cdk: Cdk;
  readonly #pollMs: number;

  constructor({ clients, cdk, pollMs = 3_000 }: DeploymentsParts) {
    this.#clients = clients;
    this.#cdk = cdk;
    this.#pollMs = pollMs;
  }

  /** @throws Error of one sentence, without credentials or a region */
  caller(): Promise<AwsCaller> {
    return requireCaller(this.#clients);
  }

  async preflight(options: DeploymentInput): Promise<Finding[]> {
    return preflight(this.#clients, await this.caller(), parseDeploymentOptions({ ...options }));
  }

  stack(stage: string): Promise<DeployedStack> {
    return findStack(this.#clients, stage);
  }

  /** What a deployment would change, as CDK says it. */
  diff(options: DeploymentInput): Promise<CdkRun> {
    return runCdk(this.#cdk, 'diff', options);
  }

  /**
   * Builds, uploads and deploys, and tells each step of CloudFormation as it comes.
   * @throws Error with the end of what CDK said, and the steps that failed
   */
  async deploy(
    options: DeploymentInput,
    onEvent: (event: StackEvent) => void,
    signal?: AbortSignal,
  ): Promise<DeployedStack> {
    const stage = options.stage ?? 'main';
    const events = new StackEvents(this.#clients, stackNameOf(stage), Date.now() - 1_000);
    const failed: string[] = [];
    const tell = async (): Promise<void> => {
      // There is no stack before the first of its events; and a look that fails must not end the deployment.
      for (const event of await events.next().catch(() => [])) {
        if (event.status.endsWith('_FAILED')) failed.push(`${event.resource}: ${event.reason ?? event.status}`);
        onEvent(event);
      }
    };
    const ended = new AbortController();
    const watching = this.#watch(tell, ended.signal);
    let run: CdkRun;
    try {
      run = await runCdk(this.#cdk, 'deploy', options, signal === undefined ? {} : { signal });
    } finally {
      ended.abort();
      await watching;
    }
    await tell();
    if (run.code !== 0) throw new Error(failed[0] ?? lastWords(run.text));
    return this.stack(stage);
  }

  async #watch(tell: () => Promise<void>, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await tell();
      await pause(this.#pollMs);
    }
  }

  /** @throws Error that names what could not be deleted */
  destroy(stage: string, onEvent: (event: StackEvent) => void): Promise<void> {
    return deleteStack(this.#clients, stage, { onEvent, pollMs: this.#pollMs });
  }

  leftOvers(stage: string): Promise<LeftOver[]> {
    return findLeftOvers(this.#clients, stage);
  }

  remove(leftOver: LeftOver): Promise<void> {
    return removeLeftOver(this.#clients, leftOver, this.#pollMs);
  }

  /** @returns undefined where nothing is deployed */
  async measuredUse(stage: string, days: number): Promise<MeasuredUse | undefined> {
    const { outputs } = await this.stack(stage);
    const { ApiId, HistoryTableName, CacheTableName, CacheCost = '' } = outputs;
    if (ApiId === undefined || HistoryTableName === undefined || CacheTableName === undefined) return undefined;
    const toMs = Date.now();
    return measuredUse(
      this.#clients,
      {
        stage,
        apiId: ApiId,
        historyTable: HistoryTableName,
        cacheTable: CacheTableName,
        hasRedis: !CacheCost.startsWith('No tier 2'),
      },
      { fromMs: toMs - days * 86_400_000, toMs },
    );
  }
}

/** The last lines of a log are what it ended with. */
const lastWords = (text: string): string => {
  const lines = text.trim().split('\n');
  return lines.slice(-5).join('\n') || 'CDK ended without a word.';
};
