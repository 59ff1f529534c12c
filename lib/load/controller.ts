import type { MessageOf, Outgoing } from '../contracts/messages.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import { type Decision, deadlineOf, decide, startLeadMs } from './decide.ts';
import { requestsByProject } from './fold/fold.ts';
import { runItem, type StoredRun, type StoredShard, type StoredStep, shardItem } from './model.ts';
import { nextStepOfRun } from './next-step.ts';
import type { LoadQuotas } from './quota.ts';
import { Reckoning } from './reckoning.ts';
import { byShard } from './shards.ts';
import { type InvokeFleet, mostByQueue, shardMessages } from './start-fleet.ts';
import { readRequest } from './stored-request.ts';

type ControllerParts = Pick<Parts, 'table' | 'clock' | 'send' | 'log'>;

export interface ControllerServices {
  telemetry: Pick<TelemetryService, 'resourceSamples'>;
  quotas: Pick<LoadQuotas, 'use' | 'usedUp'>;
  invokeFleet: InvokeFleet;
}

const pollSeconds = 1;
const foldsPerUse = 10;

/** What comes of a decision: the run as it stands then, and what is sent. */
interface Next {
  run: StoredRun;
  messages: Outgoing[];
}

/**
 * Leads a load test from its dispatch over its steps to its summary. It is driven by control messages: each names the turn
 * that it continues, so of any number of them, in any order, only those of the present turn act, and each step is taken
 * once. While there is nothing to do, the message is sent on unchanged.
 */
export class LoadController {
  readonly #parts: ControllerParts;
  readonly #services: ControllerServices;
  readonly #reckoning: Reckoning;

  constructor(parts: ControllerParts, services: ControllerServices) {
    this.#parts = parts;
    this.#services = services;
    this.#reckoning = new Reckoning(parts, services.telemetry);
  }

  async advance(message: MessageOf<'load-control'>): Promise<void> {
    const { table, clock, send } = this.#parts;
    const current = await table.get(runItem, keys.loadTest(message.project, message.testId));
    if (current === undefined || current.value.turn !== message.turn) return;
    const run = current.value;
    const shards = run.phase === 'dispatching' ? [] : await this.#shards(run);
    const decision = decide(run, byShard(shards), clock());
    if (decision.kind !== 'wait') return this.#take(decision, current, shards);
    // Who was quicker with the same figures goes on with them; a second chain of messages ends here.
    if (run.phase === 'running' && !(await this.#addUp(current, shards))) return;
    await send([controlMessage(run, pollSeconds)]);
  }

  /** @returns false when another controller has just done the same */
  async #addUp(current: Stored<StoredRun>, shards: readonly StoredShard[]): Promise<boolean> {
    const { table, clock } = this.#parts;
    const run = current.value;
    const outcome = await this.#reckoning.addUp(run, shards);
    if (outcome === undefined) return false;
    // Other tests of the project must know of it, and this one of theirs, but not of every second.
    const isTold = outcome.folds % foldsPerUse === 0;
    if (isTold) await this.#tellUse(run, outcome.requests);
    const stopReason = outcome.stopReason ?? (isTold ? await this.#usedUp(run) : undefined);
    if (stopReason === undefined || run.cancelRequestedAtMs !== undefined) return true;
    // A lost race is no fault: the reason stands, and is seen again with the next message.
    await table.replace(current, { ...run, cancelRequestedAtMs: clock(), stopReason });
    return true;
  }

  /** A lost race is no fault: whoever won it has sent the message that leads on. Cancellations win races, too. */
  async #take(decision: Decision, current: Stored<StoredRun>, shards: readonly StoredShard[]): Promise<void> {
    const { table, send } = this.#parts;
    const run = current.value;
    const next = await this.#next(decision, run, shards);
    if (next === undefined) return;
    const written = await table.replace(current, next.run, { pending: next.messages });
    // The same turn again, soon: the decision may be another one after what happened meanwhile.
    if (written === undefined) await send([controlMessage(run, pollSeconds)]);
  }

  async #next(decision: Decision, run: StoredRun, shards: readonly StoredShard[]): Promise<Next | undefined> {
    const turn = run.turn + 1;
    switch (decision.kind) {
      case 'dispatch': {
        const next: StoredRun = { ...run, turn, phase: 'gathering', gatherUntilMs: decision.gatherUntilMs };
        const isLarge = run.workers > mostByQueue;
        // They wait for the phase after next; if this one is not stored now, they are found there when it is.
        if (isLarge) await this.#services.invokeFleet(run);
        return { run: next, messages: [...(isLarge ? [] : shardMessages(run)), controlMessage(next, pollSeconds)] };
      }
      case 'start': {
        const step = await this.#nextStep(run);
        if (step === undefined) return this.#ended(run, shards, { kind: 'end', status: 'completed' });
        return this.#withStep({ ...run, missing: decision.missing, startAtMs: step.startAtMs }, step);
      }
      case 'step-over': {
        await this.#reckoning.closeStep(run, shards);
        const step = await this.#nextStep(run);
        return step === undefined
          ? this.#ended(run, shards, { kind: 'end', status: 'completed' })
          : this.#withStep(run, step);
      }
      case 'end':
        if (decision.afterStep) await this.#reckoning.closeStep(run, shards);
        return this.#ended(run, shards, decision);
      default:
        return undefined;
    }
  }

  async #nextStep(run: StoredRun): Promise<StoredStep | undefined> {
    const { table, clock } = this.#parts;
    const request = await readRequest(table, run.testId);
    const played = await this.#reckoning.played(run);
    const plan = nextStepOfRun(request, run, played);
    return plan && { ...plan, index: played.length, startAtMs: clock() + startLeadMs };
  }

  #withStep(run: StoredRun, step: StoredStep): Next {
    const next: StoredRun = {
      ...run,
      turn: run.turn + 1,
      phase: 'running',
      status: 'running',
      step,
      deadlineMs: deadlineOf(run, step),
    };
    return { run: next, messages: [controlMessage(next, pollSeconds)] };
  }

  async #ended(
    run: StoredRun,
    shards: readonly StoredShard[],
    { status, reason }: Extract<Decision, { kind: 'end' }>,
  ): Promise<Next> {
    const { clock, log } = this.#parts;
    const now = clock();
    const ended: StoredRun = {
      ...run,
      turn: run.turn + 1,
      phase: 'ended',
      status,
      endedAtMs: now,
      ...(reason === undefined ? {} : { reason }),
    };
    log.info('A load test ended', { testId: run.testId, project: run.project, status, reason });
    if (run.startAtMs === undefined) return { run: ended, messages: [] };
    const { fold, outcome } = await this.#reckoning.sumUp(ended, shards);
    await this.#tellUse(run, requestsByProject(fold, run));
    return { run: { ...ended, ...(outcome === undefined ? {} : { outcome }) }, messages: [] };
  }

  async #tellUse({ startAtMs, testId }: StoredRun, requests: Readonly<Record<string, number>>): Promise<void> {
    if (startAtMs === undefined) return;
    for (const [project, sent] of Object.entries(requests)) {
      await this.#services.quotas.use(project, startAtMs, testId, sent);
    }
  }

  async #usedUp({ startAtMs, targets }: StoredRun): Promise<string | undefined> {
    if (startAtMs === undefined) return undefined;
    const projects = new Set(targets.map(({ project }) => project));
    const reasons = await Promise.all([...projects].map((each) => this.#services.quotas.usedUp(each, startAtMs)));
    return reasons.find((reason) => reason !== undefined);
  }

  /** For a message that could not be handled however often: the run must not look as if it went on. */
  async giveUp({ project, testId, turn }: MessageOf<'load-control'>): Promise<void> {
    const { table, clock } = this.#parts;
    const current = await table.get(runItem, keys.loadTest(project, testId));
    if (current === undefined || current.value.turn !== turn) return;
    const ended = {
      phase: 'ended',
      status: 'failed',
      endedAtMs: clock(),
      reason: 'it could not be led to its end',
    } as const;
    const written = await table.replace(current, { ...current.value, ...ended, turn: turn + 1 });
    if (written === undefined) throw new Error('The run was changed while it was given up');
  }

  async #shards({ testId }: StoredRun): Promise<StoredShard[]> {
    const shards: StoredShard[] = [];
    for await (const { value } of this.#parts.table.all(shardItem, keys.loadShards(testId))) shards.push(value);
    return shards;
  }
}

const controlMessage = ({ project, testId, turn }: StoredRun, delaySeconds: number): Outgoing => ({
  queue: 'load-control',
  body: { type: 'load.control', project, testId, turn },
  delaySeconds,
});
