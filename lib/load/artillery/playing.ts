import { setImmediate as turn } from 'node:timers/promises';
import { Random } from '../../statistics/random.ts';
import { IntervalRecorder } from '../engine/interval-recorder.ts';
import { lengthMs } from '../engine/stages.ts';
import { type Arrival, arrivalsOf, maxVusersOf } from './arrival-schedule.ts';
import { addMetrics, MetricsRecorder, noMetrics } from './metrics.ts';
import type { NetworkGuard } from './network-guard.ts';
import { type ArtilleryInterval, type ArtilleryOutcome, type ArtilleryPlan, defaultDrainMs } from './plan.ts';
import { recordedExchanges } from './recorded-exchanges.ts';
import { type ArtilleryParts, figureNamesOf, VirtualUsers } from './virtual-users.ts';
import { WeightedChoice } from './weighted-choice.ts';

type Options = {
  parts: ArtilleryParts;
  guard: NetworkGuard;
  startAtEpochMs: number;
  onInterval: (interval: ArtilleryInterval) => void;
};

const minTickMs = 1;
const maxTickMs = 50;
/** Turns of the event loop until sockets that were destroyed have told so, and what hangs on them has ended. */
const turnsUntilTold = 10;

/** One run of a script, in the thread that is for it. Times are of `performance.now()`, in ms. */
export class Playing {
  readonly #plan: ArtilleryPlan;
  readonly #options: Options;
  /** Of the start epoch. */
  readonly #startMs: number;
  readonly #metrics = new MetricsRecorder();
  readonly #total = noMetrics();
  readonly #recorder: IntervalRecorder;
  readonly #arrivals: Generator<Arrival>;
  readonly #choice: WeightedChoice;
  readonly #ended = Promise.withResolvers<ArtilleryOutcome>();
  #users: VirtualUsers | undefined;
  /** From then on, in ms from the start epoch, nobody begins here. */
  #untilMs: number;
  #hasLeft = false;
  #next: Arrival | undefined;
  #startedLateMs = 0;
  #lastBegunAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;

  constructor(plan: ArtilleryPlan, options: Options) {
    this.#plan = plan;
    this.#options = options;
    const { script, intervalMs, fromMs = 0, seed, worker } = plan;
    this.#startMs = performance.now() + options.startAtEpochMs - Date.now();
    this.#untilMs = lengthMs(script.phases);
    this.#recorder = new IntervalRecorder({
      names: figureNamesOf(script),
      startMs: this.#startMs,
      intervalMs,
      firstInterval: Math.floor(fromMs / intervalMs),
      onInterval: (report) => {
        const metrics = this.#metrics.take();
        addMetrics(this.#total, metrics);
        options.onInterval({ report, metrics });
      },
      dumpSample: undefined,
    });
    this.#arrivals = arrivalsOf(script.phases, plan);
    const weights = script.scenarios.map(({ weight }) => weight);
    this.#choice = new WeightedChoice(weights, new Random(seed + worker));
  }

  /** Resolves when the last user has gone. @throws what `before` fails with */
  async play(): Promise<ArtilleryOutcome> {
    const { parts, guard } = this.#options;
    const { script, worker, workers, fromMs = 0 } = this.#plan;
    const users = await VirtualUsers.create(script, {
      ...{ parts, guard, worker, workers, metrics: this.#metrics },
      exchanges: recordedExchanges(this.#recorder),
      completed: (scenario) => this.#recorder.flowEnded(scenario),
    });
    this.#users = users;
    await users.before().catch((cause: Error) => {
      if (!this.#isEnding) throw new Error(`The script’s \`before\` failed: ${cause.message}`, { cause });
    });
    this.#startedLateMs = Math.max(0, performance.now() - this.#startMs - fromMs);
    this.#takeNext();
    this.#tick();
    return this.#ended.promise;
  }

  leaveAt(ms: number): void {
    if (ms >= this.#untilMs) return;
    this.#untilMs = ms;
    this.#hasLeft = true;
    if (this.#next !== undefined && this.#next.dueMs >= ms) this.#next = undefined;
  }

  /** Ends it at once. What is in flight counts as failed, of kind `aborted`. */
  async stop(reason: ArtilleryOutcome['reason']): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const stoppedUsers = this.#users?.active ?? 0;
    this.#options.guard.shut();
    for (let told = 0; told < turnsUntilTold; told++) await turn();
    this.#users?.settle();
    if (stoppedUsers > 0) this.#metrics.count('vusers.stopped', stoppedUsers);
    this.#finish(reason);
  }

  #tick(): void {
    clearTimeout(this.#timer);
    if (this.#isEnding || this.#users === undefined) return;
    const now = performance.now();
    while (this.#next !== undefined && this.#startMs + this.#next.dueMs <= now) {
      this.#arrive(this.#users, this.#next);
      this.#takeNext();
    }
    this.#recorder.advance(performance.now());
    // Who began late has his time all the same.
    const overMs = now - Math.max(this.#startMs + this.#untilMs, this.#lastBegunAt);
    if (overMs >= 0 && this.#next === undefined) {
      if (this.#users.active === 0) return void this.#complete(this.#users);
      if (overMs >= (this.#plan.drainMs ?? defaultDrainMs)) return void this.stop('completed');
    }
    const dueAt = this.#next === undefined ? Number.POSITIVE_INFINITY : this.#startMs + this.#next.dueMs;
    const wanted = Math.min(dueAt, this.#recorder.endsAt) - performance.now();
    this.#timer = setTimeout(() => this.#tick(), Math.min(maxTickMs, Math.max(minTickMs, wanted)));
  }

  #takeNext(): void {
    const { value } = this.#arrivals.next();
    this.#next = value !== undefined && value.dueMs < this.#untilMs ? value : undefined;
  }

  #arrive(users: VirtualUsers, { dueMs, phase: { maxVusers } }: Arrival): void {
    this.#lastBegunAt = performance.now();
    this.#recorder.takenUp(this.#startMs + dueMs, this.#lastBegunAt);
    if (maxVusers !== undefined && users.active >= maxVusersOf(maxVusers, this.#plan)) {
      this.#metrics.count('vusers.skipped');
      return;
    }
    users.begin(this.#choice.next(), () => {
      this.#recorder.active = users.active;
    });
    this.#recorder.active = users.active;
  }

  /** A run that has left has a successor, who does what comes last. */
  async #complete(users: VirtualUsers): Promise<void> {
    this.#isEnding = true;
    if (!this.#hasLeft) await users.after().catch(() => this.#metrics.count('errors.after'));
    this.#finish('completed');
  }

  #finish(reason: ArtilleryOutcome['reason']): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#recorder.finish(now);
    this.#ended.resolve({
      reason,
      startedLateMs: this.#startedLateMs,
      elapsedMs: Math.max(0, now - this.#startMs),
      intervals: this.#recorder.reported,
      ...this.#recorder.totals,
      droppedArrivals: 0,
      metrics: this.#total,
    });
  }
}
