import type { MessageOf, Outgoing } from '../contracts/messages.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import type { TelemetryService } from '../telemetry/service.ts';
import { type Decision, decide } from './decide.ts';
import { sumOf } from './intervals.ts';
import { intervalItem, runItem, type StoredRun, type StoredShard, shardItem } from './model.ts';
import { resultOf } from './result.ts';

type ControllerParts = Pick<Parts, 'table' | 'clock' | 'send' | 'log'>;

const pollSeconds = 1;

/**
 * Leads a load test from its dispatch to its summary. It is driven by control messages: each names the turn that it
 * continues, so of any number of them, in any order, only those of the present turn act, and each step is taken once.
 * While there is nothing to do, the message is sent on unchanged.
 */
export class LoadController {
  readonly #parts: ControllerParts;
  readonly #telemetry: TelemetryService;

  constructor(parts: ControllerParts, telemetry: TelemetryService) {
    this.#parts = parts;
    this.#telemetry = telemetry;
  }

  async advance(message: MessageOf<'load-control'>): Promise<void> {
    const { table, clock, send } = this.#parts;
    const current = await table.get(runItem, keys.loadTest(message.project, message.testId));
    if (current === undefined || current.value.turn !== message.turn) return;
    const run = current.value;
    const shards = run.phase === 'dispatching' ? [] : await this.#shards(run);
    const decision = decide(run, shards, clock());
    if (decision.kind === 'wait') await send([controlMessage(run, pollSeconds)]);
    else await this.#take(decision, current, shards);
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

  async #next(
    decision: Decision,
    run: StoredRun,
    shards: readonly StoredShard[],
  ): Promise<{ run: StoredRun; messages: Outgoing[] } | undefined> {
    const turn = run.turn + 1;
    switch (decision.kind) {
      case 'dispatch': {
        const next: StoredRun = { ...run, turn, phase: 'gathering', gatherUntilMs: decision.gatherUntilMs };
        return { run: next, messages: [...shardMessages(run), controlMessage(next, pollSeconds)] };
      }
      case 'start': {
        const { startAtMs, deadlineMs, missing } = decision;
        const next: StoredRun = { ...run, turn, phase: 'running', status: 'running', startAtMs, deadlineMs, missing };
        return { run: next, messages: [controlMessage(next, pollSeconds)] };
      }
      case 'end':
        return { run: await this.#ended(run, shards, decision), messages: [] };
      default:
        return undefined;
    }
  }

  async #ended(
    run: StoredRun,
    shards: readonly StoredShard[],
    { status, reason }: Extract<Decision, { kind: 'end' }>,
  ): Promise<StoredRun> {
    const { table, clock, log } = this.#parts;
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
    if (run.startAtMs === undefined) return ended;
    const sums = await sumOf(table.all(intervalItem, keys.loadIntervals(run.testId)));
    const resourceUsage = await this.#telemetry.resourceUsage(run.project, {
      from: run.startAtMs,
      to: now,
    });
    return { ...ended, result: resultOf({ run: ended, shards, sums, now, resourceUsage }) };
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

const shardMessages = ({ project, testId, workers }: StoredRun): Outgoing[] =>
  Array.from({ length: workers }, (_, shard) => ({
    queue: 'load-work',
    body: { type: 'load.shard', project, testId, shard },
  }));
