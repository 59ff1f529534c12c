import { ClosedLoad } from './closed-model.ts';
import { IntervalRecorder } from './interval-recorder.ts';
import { OpenLoad } from './open-model.ts';
import type { EnginePlan } from './plan.ts';
import type { EngineOutcome, IntervalReport, Sample } from './report.ts';
import { type LoadModel, Traffic } from './traffic.ts';

export type EngineIo = {
  onInterval: (report: IntervalReport) => void;
  /** Stops the test at once; what is in flight then counts as failed, of kind `aborted`. */
  signal?: AbortSignal;
  /** When the test starts, in ms since 1970; later than now by as much as all workers need to get ready. */
  startAtEpochMs: number;
  /** Gets every value that goes into a sketch, for proving the sketches. */
  dumpSample?: (sample: Sample) => void;
};

/** Between two looks at the clock. Node's timers are no finer, and an engine that spins starves the machine it measures. */
const MIN_TICK_MS = 1;
const MAX_TICK_MS = 50;
/** A tick that is later than this says that the engine itself stood still: what was answered meanwhile is not read yet. */
const STALL_MS = 50;

function checkPlan(plan: EnginePlan): void {
  const { scenarios, model, intervalMs, timeoutMs, rampUpSeconds, durationSeconds } = plan;
  const wrong: string[] = [];
  if (scenarios.length === 0) wrong.push('it has no scenarios');
  if (!scenarios.every(({ weight }) => weight > 0 && Number.isFinite(weight))) wrong.push('a weight is not above 0');
  if (new Set(scenarios.map(({ name }) => name)).size < scenarios.length) wrong.push('two scenarios share a name');
  if (!(intervalMs > 0 && timeoutMs > 0)) wrong.push('intervalMs and timeoutMs must be above 0');
  if (!(rampUpSeconds >= 0 && durationSeconds >= 0)) wrong.push('its times must not be negative');
  if (model.kind === 'open' && !(model.arrivalsPerSecond > 0 && model.maxConnections > 0)) {
    wrong.push('arrivalsPerSecond and maxConnections must be above 0');
  }
  if (wrong.length > 0) throw new RangeError(`This load plan cannot run: ${wrong.join('; ')}.`);
}

/** One run: the clock that drives it, its end, and its abort. Times are of `performance.now()`. */
class EngineRun {
  readonly #io: EngineIo;
  readonly #startMs: number;
  #startedLateMs = 0;
  readonly #endMs: number;
  readonly #expireEveryMs: number;
  readonly #recorder: IntervalRecorder;
  readonly #traffic: Traffic;
  readonly #model: LoadModel;
  readonly #resolve: (outcome: EngineOutcome) => void;
  readonly #reject: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #expireAt = 0;
  #tickAt = Number.POSITIVE_INFINITY;
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
    this.#startMs = performance.now() + io.startAtEpochMs - Date.now();
    this.#endMs = this.#startMs + 1000 * (plan.rampUpSeconds + plan.durationSeconds);
    // A timeout is noticed at most 2 % late.
    this.#expireEveryMs = Math.min(100, Math.max(MIN_TICK_MS, plan.timeoutMs / 50));
    this.#recorder = new IntervalRecorder({
      scenarioNames: plan.scenarios.map(({ name }) => name),
      startMs: this.#startMs,
      intervalMs: plan.intervalMs,
      onInterval: (report) => this.#report(report),
      dumpSample: io.dumpSample,
    });
    this.#traffic = new Traffic(plan, this.#recorder);
    this.#model =
      plan.model.kind === 'closed'
        ? new ClosedLoad(this.#traffic, plan, plan.model, this.#startMs, this.#endMs)
        : new OpenLoad(this.#traffic, plan, plan.model, this.#startMs, this.#endMs);
    this.#traffic.drive(this.#model);
  }

  start(): void {
    this.#startedLateMs = Math.max(0, performance.now() - this.#startMs);
    if (this.#io.signal?.aborted) {
      this.#abort();
      return;
    }
    this.#io.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#tick();
  }

  #tick(): void {
    const now = performance.now();
    const lateMs = now - this.#tickAt;
    // A stall of our own must not look like one of the target: as long as it lasted, answers may come in late.
    if (lateMs > STALL_MS) this.#expireAt = Math.max(this.#expireAt, now + lateMs);
    if (!this.#isStopped && now >= this.#endMs) {
      this.#isStopped = true;
      this.#model.stop();
    } else if (now >= this.#model.nextAt) {
      this.#model.pump(now);
    }
    if (now >= this.#expireAt) {
      this.#traffic.expire(now);
      this.#expireAt = now + this.#expireEveryMs;
    }
    this.#recorder.advance(performance.now());
    if (this.#isOver) return;
    if (this.#isStopped && this.#traffic.isQuiet) {
      this.#finish('completed');
      return;
    }
    const wakeAt = Math.min(this.#model.nextAt, this.#recorder.endsAt, this.#expireAt, this.#endMs);
    const wanted = this.#isStopped ? MIN_TICK_MS : wakeAt - performance.now();
    const delay = Math.min(MAX_TICK_MS, Math.max(MIN_TICK_MS, wanted));
    this.#tickAt = performance.now() + delay;
    this.#timer = setTimeout(() => this.#tick(), delay);
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
      intervals: this.#recorder.interval,
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
 * Runs one worker's part of a load test against a target, over HTTP/1.1 on its own sockets. Redirects are not followed.
 *
 * After the end nothing more is begun; what was begun ends by itself or at its timeout.
 * @throws TemplateError, RangeError (as a rejection) for a plan that cannot run; and whatever `onInterval` throws.
 */
export function runEngine(plan: EnginePlan, io: EngineIo): Promise<EngineOutcome> {
  return new Promise((resolve, reject) => new EngineRun(plan, io, resolve, reject).start());
}
