import { Random } from '../../statistics/random.ts';
import { ClosedLoad } from './closed-model.ts';
import { IntervalRecorder } from './interval-recorder.ts';
import { OpenLoad } from './open-model.ts';
import type { EnginePlan } from './plan.ts';
import { Player } from './player.ts';
import type { EngineOutcome, IntervalReport, Sample } from './report.ts';
import { Scenarios } from './scenarios.ts';
import { type Places, Sequences } from './sequences.ts';
import { lengthMs } from './stages.ts';
import { type LoadModel, Traffic } from './traffic.ts';

export type EngineIo = {
  onInterval: (report: IntervalReport) => void;
  /** Stops the test at once; what is in flight then counts as failed, of kind `aborted`. */
  signal?: AbortSignal;
  /** When the test starts, in ms since 1970; later than now by as much as all workers need to get ready. */
  startAtEpochMs: number;
  /** The checked IP address to connect to, asked for each connection; without one the target's name is resolved. */
  address?: () => string | undefined;
  /** Gets every value that goes into a sketch, for proving the sketches. */
  dumpSample?: (sample: Sample) => void;
};

export interface RunningEngine {
  /** Rejects with TemplateError or RangeError for a plan that cannot run, and with whatever `onInterval` throws. */
  readonly outcome: Promise<EngineOutcome>;
  /**
   * From that time on (in ms from the start epoch, ahead of now) nothing new begins here: a successor whose plan begins
   * then does it. What is under way ends by itself, and what has come before and waits for a connection gets one if that
   * is free within another timeout. Ignored when that time is past the end.
   */
  leaveAt(ms: number): void;
  /** How far its sequences have come by now. */
  places(): Places;
  /** Takes first what was kept for a predecessor, and not taken by it: from the first places to the second ones. */
  giveBack(from: Places, to: Places): void;
}

/** Between two looks at the clock. Node's timers are no finer, and an engine that spins starves the machine it measures. */
const MIN_TICK_MS = 1;
const MAX_TICK_MS = 50;
/** A tick that is later than this says that the engine itself stood still: what was answered meanwhile is not read yet. */
const STALL_MS = 50;

function checkPlan(plan: EnginePlan): void {
  const { scenarios, stages, worker, workers, intervalMs, timeoutMs, fromMs = 0 } = plan;
  const wrong: string[] = [];
  if (scenarios.length === 0) wrong.push('it has no scenarios');
  if (!scenarios.every(({ weight }) => weight > 0 && Number.isFinite(weight))) wrong.push('a weight is not above 0');
  if (new Set(scenarios.map(({ name }) => name)).size < scenarios.length) wrong.push('two scenarios share a name');
  if (!(intervalMs > 0 && timeoutMs > 0)) wrong.push('intervalMs and timeoutMs must be above 0');
  if (!stages.every((stage) => Object.values(stage).every((value) => value >= 0 && Number.isFinite(value)))) {
    wrong.push('its stages must have times and levels of 0 or more');
  }
  if (!(Number.isInteger(worker) && Number.isInteger(workers) && worker >= 0 && worker < workers)) {
    wrong.push('there is no such worker');
  }
  if (!(fromMs >= 0)) wrong.push('fromMs must not be negative');
  if (plan.model === 'open' && !(plan.maxConnections > 0)) wrong.push('maxConnections must be above 0');
  if (plan.protocol === 'http2' && plan.target.protocol !== 'https:') wrong.push('HTTP/2 is spoken over TLS only');
  if (wrong.length > 0) throw new RangeError(`This load plan cannot run: ${wrong.join('; ')}.`);
}

/** One run: the clock that drives it, its end, and its abort. Times are of `performance.now()`. */
class EngineRun {
  readonly #io: EngineIo;
  /** Of the start epoch. */
  readonly #startMs: number;
  /** From which on this run has something to do. */
  readonly #fromMs: number;
  readonly #timeoutMs: number;
  readonly #expireEveryMs: number;
  readonly sequences: Sequences;
  readonly #recorder: IntervalRecorder;
  readonly #traffic: Traffic;
  readonly #model: LoadModel;
  readonly #resolve: (outcome: EngineOutcome) => void;
  readonly #reject: (error: unknown) => void;
  #endMs: number;
  #leavesAtMs = Number.POSITIVE_INFINITY;
  #startedLateMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #expireAt = 0;
  #tickAt = Number.POSITIVE_INFINITY;
  #hasLeft = false;
  #isStopped = false;
  #isOver = false;
  /** Deferred: the signal may come from within a report, in the middle of counting a response, which must still count. */
  readonly #onAbort = (): void => {
    setImmediate(() => this.#abort());
  };

  constructor(
    plan: EnginePlan,
    io: EngineIo,
    resolve: (outcome: EngineOutcome) => void,
    reject: (error: unknown) => void,
  ) {
    checkPlan(plan);
    this.#io = io;
    this.#resolve = resolve;
    this.#reject = reject;
    const { intervalMs, fromMs = 0 } = plan;
    this.#startMs = performance.now() + io.startAtEpochMs - Date.now();
    this.#fromMs = this.#startMs + fromMs;
    this.#endMs = this.#startMs + lengthMs(plan.stages);
    this.#timeoutMs = plan.timeoutMs;
    // A timeout is noticed at most 2 % late.
    this.#expireEveryMs = Math.min(100, Math.max(MIN_TICK_MS, plan.timeoutMs / 50));
    const random = new Random(plan.seed);
    const { first, step } = plan.sequence ?? { first: 0, step: 1 };
    this.sequences = new Sequences(plan.places);
    const { sequences } = this;
    const numbers = sequences.of('seq()');
    const scenarios = new Scenarios(plan, { random, sequences, nextInSequence: () => first + step * numbers.take() });
    this.#recorder = new IntervalRecorder({
      names: scenarios.figureNames,
      startMs: this.#startMs,
      intervalMs,
      firstInterval: Math.floor(fromMs / intervalMs),
      onInterval: (report) => this.#report(report),
      dumpSample: io.dumpSample,
    });
    const address = io.address ?? (() => undefined);
    this.#traffic = new Traffic({ plan, recorder: this.#recorder, address });
    const newPlayer = (): Player => new Player(scenarios, (scenario) => this.#recorder.flowEnded(scenario));
    this.#model =
      plan.model === 'closed'
        ? new ClosedLoad(this.#traffic, plan, this.#startMs, newPlayer)
        : new OpenLoad(this.#traffic, plan, { startMs: this.#startMs, endMs: this.#endMs, newPlayer });
    this.#traffic.drive(this.#model);
  }

  start(): void {
    this.#startedLateMs = Math.max(0, performance.now() - this.#fromMs);
    if (this.#io.signal?.aborted) {
      this.#abort();
      return;
    }
    this.#io.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#tick();
  }

  leaveAt(ms: number): void {
    const atMs = this.#startMs + ms;
    if (this.#isStopped || this.#hasLeft || atMs >= Math.min(this.#endMs, this.#leavesAtMs)) return;
    this.#leavesAtMs = atMs;
    this.#model.leaveAt(ms);
  }

  #tick(): void {
    const now = performance.now();
    const lateMs = now - this.#tickAt;
    // A stall of our own must not look like one of the target: as long as it lasted, answers may come in late.
    if (lateMs > STALL_MS) this.#expireAt = Math.max(this.#expireAt, now + lateMs);
    if (!this.#isStopped && now >= this.#endMs) {
      this.#stop();
    } else if (!this.#hasLeft && now >= this.#leavesAtMs) {
      this.#hasLeft = true;
      this.#endMs = Math.min(this.#endMs, this.#leavesAtMs + this.#timeoutMs);
      this.#model.leave(now);
    } else if (now >= this.#model.nextAt) {
      this.#model.pump(now);
    }
    if (now >= this.#expireAt) {
      this.#traffic.expire(now);
      this.#expireAt = now + this.#expireEveryMs;
    }
    this.#recorder.advance(performance.now());
    if (this.#isOver) return;
    const isEnding = this.#isStopped || this.#hasLeft;
    if (isEnding && this.#traffic.isQuiet && this.#model.isDone) {
      if (!this.#isStopped) this.#stop();
      this.#finish('completed');
      return;
    }
    const wakeAt = Math.min(this.#model.nextAt, this.#recorder.endsAt, this.#expireAt, this.#endMs, this.#leavesAtMs);
    const wanted = isEnding ? MIN_TICK_MS : wakeAt - performance.now();
    const delay = Math.min(MAX_TICK_MS, Math.max(MIN_TICK_MS, wanted));
    this.#tickAt = performance.now() + delay;
    this.#timer = setTimeout(() => this.#tick(), delay);
  }

  #stop(): void {
    this.#isStopped = true;
    this.#model.stop();
  }

  #abort(): void {
    if (this.#isOver) return;
    const now = performance.now();
    this.#isStopped = true;
    this.#model.abandon();
    this.#traffic.abort(now);
    this.#finish('aborted');
  }

  #finish(reason: EngineOutcome['reason']): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#io.signal?.removeEventListener('abort', this.#onAbort);
    const now = performance.now();
    this.#recorder.finish(now);
    this.#resolve({
      reason,
      startedLateMs: this.#startedLateMs,
      elapsedMs: Math.max(0, now - this.#startMs),
      intervals: this.#recorder.reported,
      ...this.#recorder.totals,
      droppedArrivals: this.#model.droppedArrivals,
    });
  }

  /** A listener that throws ends the run: figures that go nowhere are no test. */
  #report(report: IntervalReport): void {
    try {
      this.#io.onInterval(report);
    } catch (error) {
      this.#reject(error);
      this.#onAbort();
    }
  }
}

/**
 * Runs one worker's part of a load test against a target.
 *
 * After the end nothing more is begun; what was begun ends by itself or at its timeout.
 */
export function startEngine(plan: EnginePlan, io: EngineIo): RunningEngine {
  let run: EngineRun | undefined;
  const outcome = new Promise<EngineOutcome>((resolve, reject) => {
    run = new EngineRun(plan, io, resolve, reject);
    run.start();
  });
  return {
    outcome,
    leaveAt: (ms) => run?.leaveAt(ms),
    places: () => run?.sequences.places ?? plan.places ?? {},
    giveBack: (from, to) => run?.sequences.giveBack(from, to),
  };
}
