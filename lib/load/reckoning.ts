import type { LoadTestRequest } from '../contracts/load.ts';
import type { LoadTestResult } from '../contracts/load-result.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import { LargeValues } from '../platform/table/large-values.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import { actualCostOf, overheadSeconds } from './cost.ts';
import { closeBuckets, closeStep, type Fold, requestsByProject, totalOf } from './fold/fold.ts';
import { FoldStore, type HeldFold } from './fold/fold-store.ts';
import { invocationName } from './fold/step-sums.ts';
import { generatorLimitOf } from './generator.ts';
import { comparisonResultOf } from './kinds/comparison-result.ts';
import type { PlayedStep } from './kinds/played-step.ts';
import { stopReasonOf } from './limits.ts';
import {
  resultItem,
  retentionMs,
  type StoredRequest,
  type StoredResult,
  type StoredRun,
  type StoredShard,
} from './model.ts';
import { outcomeOf } from './outcome.ts';
import { fleetUseOf } from './plan.ts';
import { elapsedSecondsOf, resultOf } from './result.ts';
import { nothingReported, serviceResources } from './service-resources.ts';
import { isGoing } from './shards.ts';
import { readRequest } from './stored-request.ts';

export interface Added {
  /** How often the sums were stored. */
  folds: number;
  /** By the project that they were sent to. */
  requests: Readonly<Record<string, number>>;
  /** Why the test must not go on. */
  stopReason?: string;
}

/**
 * Adds up what the workers stored, and shows it. Every interval is read once, whatever its number: the sums are kept, with
 * how far each invocation was added, so that a look at a running test costs the same for ten workers and for a thousand.
 */
export class Reckoning {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #telemetry: Pick<TelemetryService, 'resourceSamples'>;
  readonly #store: FoldStore;
  readonly #results: LargeValues<StoredResult>;
  /** Of the last run, so that a function that stays warm need not read what it wrote, or read, a second ago. */
  #held: { testId: string; held: HeldFold; request: StoredRequest } | undefined;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, telemetry: Pick<TelemetryService, 'resourceSamples'>) {
    this.#parts = parts;
    this.#telemetry = telemetry;
    this.#store = new FoldStore(parts.table);
    this.#results = new LargeValues(parts.table, resultItem);
  }

  /**
   * Adds what came since, while the present step is played.
   * @returns undefined when another controller was quicker
   */
  async addUp(run: StoredRun, shards: readonly StoredShard[]): Promise<Added | undefined> {
    const isFresh = this.#held?.testId !== run.testId;
    const added = await this.#addNew(run, shards);
    // What was kept here may have been of a while ago: other instances lead the same run, too.
    return added ?? (isFresh ? undefined : this.#addNew(run, shards));
  }

  async #addNew(run: StoredRun, shards: readonly StoredShard[]): Promise<Added | undefined> {
    const { step } = run;
    if (step === undefined) return { folds: 0, requests: {} };
    const { held } = await this.#hold(run);
    const { fold } = held;
    const known = (): number => toldByAll(fold, shards, run, this.#parts.clock());
    const added = await this.#store.addNew(fold, step, run, known() + 1);
    if (added === 0) return { folds: fold.folds, requests: requestsByProject(fold, run) };
    const mostBytes = closeBuckets(fold, step, run, (known() + 1) * run.intervalSeconds);
    const stopReason = stopReasonOf(run, fold, mostBytes);
    if (!(await this.#save(run, held))) return undefined;
    await this.#show(run, shards, fold);
    const requests = requestsByProject(fold, run);
    return { folds: fold.folds, requests, ...(stopReason === undefined ? {} : { stopReason }) };
  }

  /** Adds all that there is of the present step, which is over then. Doing so again changes nothing. */
  async closeStep(run: StoredRun, shards: readonly StoredShard[]): Promise<void> {
    const { step } = run;
    for (;;) {
      const { held } = await this.#hold(run);
      const { fold } = held;
      if (step === undefined || fold.played.length > step.index) return;
      await this.#store.addNew(fold, step, run, 0);
      const limit = generatorLimitOf(run, shards, fold.sums.generator, this.#parts.clock());
      closeStep(fold, step, run, {
        elapsedSeconds: elapsedSecondsOf(run, shards, fold),
        ...(limit === undefined ? {} : { generatorLimit: limit }),
      });
      if (await this.#save(run, held)) return;
    }
  }

  async played(run: StoredRun): Promise<readonly PlayedStep[]> {
    return (await this.#hold(run)).held.fold.played;
  }

  /** The result of a run that has ended. */
  async sumUp(run: StoredRun, shards: readonly StoredShard[]): Promise<{ fold: Fold; outcome: StoredRun['outcome'] }> {
    const { held, request } = await this.#hold(run);
    const { fold } = held;
    const shown = await this.#show(run, shards, fold);
    this.#held = undefined;
    const isComplete = run.status === 'completed' && request.kind === 'load-test' && shown.kind === 'load-test';
    return { fold, outcome: isComplete ? outcomeOf(request.request, shown.result) : undefined };
  }

  async #show(run: StoredRun, shards: readonly StoredShard[], fold: Fold): Promise<StoredResult> {
    const { request } = await this.#hold(run);
    const now = this.#parts.clock();
    const priced = pricedRun(run, fold, now);
    const isFinal = run.phase === 'ended';
    const shown = { folds: fold.folds, isFinal };
    const result: StoredResult =
      request.kind === 'comparison'
        ? {
            ...shown,
            kind: 'comparison',
            result: comparisonResultOf(priced, request.request, shards, fold, now),
          }
        : {
            ...shown,
            kind: 'load-test',
            result: await this.#loadTestResult(priced, request.request, shards, fold, now),
          };
    await this.#put(run, result);
    return result;
  }

  async #loadTestResult(
    run: StoredRun,
    request: LoadTestRequest,
    shards: readonly StoredShard[],
    fold: Fold,
    now: number,
  ): Promise<LoadTestResult> {
    const isFinal = run.phase === 'ended' && run.startAtMs !== undefined;
    const from = run.startAtMs ?? now;
    const service = isFinal ? await serviceResources(this.#telemetry, run.project, { from, to: now }) : nothingReported;
    return resultOf({ run, request, shards, fold, now, service });
  }

  /** An older result never takes the place of a newer one, nor one on the way that of the end. */
  async #put({ testId, createdAt }: StoredRun, result: StoredResult): Promise<void> {
    const key = keys.loadResult(testId);
    const expiresAt = Date.parse(createdAt) + retentionMs.run;
    for (;;) {
      const current = await this.#results.get(key);
      if (current === undefined) {
        if ((await this.#results.create(key, result, expiresAt)) !== undefined) return;
        continue;
      }
      const { folds, isFinal } = current.value;
      if (folds > result.folds || (isFinal && !result.isFinal)) return;
      if ((await this.#results.replace(key, current, result, expiresAt)) !== undefined) return;
    }
  }

  async #hold(run: StoredRun): Promise<{ held: HeldFold; request: StoredRequest }> {
    if (this.#held?.testId === run.testId) return this.#held;
    const [held, request] = await Promise.all([
      this.#store.read(run.testId),
      readRequest(this.#parts.table, run.testId),
    ]);
    this.#held = { testId: run.testId, held, request };
    return this.#held;
  }

  async #save(run: StoredRun, held: HeldFold): Promise<boolean> {
    const { request } = await this.#hold(run);
    // Until it is stored, what was added stands nowhere: what is there counts.
    this.#held = undefined;
    const saved = await this.#store.save(held, run.testId, this.#parts.clock());
    if (saved !== undefined) this.#held = { testId: run.testId, held: saved, request };
    return saved !== undefined;
  }
}

/** With what it took in place of what was expected, once it has ended. */
function pricedRun(run: StoredRun, fold: Fold, now: number): StoredRun {
  if (run.phase !== 'ended' || run.startAtMs === undefined) return run;
  const used = fleetUseOf(run, (now - run.startAtMs) / 1000 + overheadSeconds, totalOf(fold).bytesSent);
  return { ...run, cost: actualCostOf(run.cost, used) };
}

/**
 * The last interval that everybody has told of who is still at work, or has ended his work with more than was added so far;
 * -1 before the first. A successor that has told of none yet plays from where it was handed over to: its predecessor may
 * have told of later intervals, in which what it had begun came to its end.
 */
function toldByAll({ sums }: Fold, shards: readonly StoredShard[], run: StoredRun, now: number): number {
  const step = run.step?.index ?? 0;
  const toldBy = ({ shard, generation }: StoredShard): number => {
    const told = sums.watermarks[invocationName({ shard, generation })];
    if (told !== undefined) return told;
    const predecessor = shards.find((one) => one.shard === shard && one.generation === generation - 1);
    if (predecessor === undefined) return -1;
    const { handOver } = predecessor;
    return handOver?.step === step ? Math.floor(handOver.atMs / (run.intervalSeconds * 1000)) - 1 : toldBy(predecessor);
  };
  const isBehind = (one: StoredShard): boolean =>
    (one.handOver?.step === step || one.stepsDone === step + 1) &&
    (sums.watermarks[invocationName(one)] ?? -1) < one.lastInterval;
  const told = shards.filter((one) => isGoing([one], step, now) || isBehind(one)).map(toldBy);
  return told.length === 0 ? Math.max(-1, ...Object.values(sums.watermarks)) : Math.min(...told);
}
