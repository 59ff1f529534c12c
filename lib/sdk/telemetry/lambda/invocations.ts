import { ActiveRequest, enterRequest, needRequestContext, runInRequest, setOnlyRequest } from '../current-request.ts';
import type { SentRequest } from '../identify.ts';
import type { EndedRequest } from '../incoming-requests.ts';
import type { OwnErrors } from '../own-errors.ts';
import type { RequestLoad } from '../request-load.ts';
import { FlushSchedule } from './flush-schedule.ts';
import { type InvocationSource, invocationSource } from './invocation-source.ts';
import { type InvocationContext, LambdaFigures } from './lambda-figures.ts';
import { type Outcome, outcomeOf, thrown } from './outcome.ts';
import { watchStreamedStatuses } from './streamed-status.ts';

/** The windows of this process, and the way out of it. */
export interface Recorder {
  readonly flushMs: number;
  readonly isEmpty: () => boolean;
  readonly add: (ended: EndedRequest) => void;
  readonly load: RequestLoad;
  /** Around the time in which the process may be frozen. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Begins the window now: nothing was seen since it began. */
  readonly renew: () => void;
  /** @param endedAtMs by the monotonic clock; default: now */
  readonly close: (endedAtMs?: number) => void;
  /** Sends what waits; whether nothing does any more. Never rejects. */
  readonly send: () => Promise<boolean>;
  /** Time may have passed unseen: what is to be in force by now is put in force. */
  readonly catchUp: () => void;
}

/** So long before Lambda ends it, an invocation is told of as cut off: afterwards nobody could. */
const beforeTimeoutMs = 150;
const maxActive = 1_000;
/** Left to what comes after us, however long sending takes. */
const reservedMs = 50;

/** Until then an invocation may wait for its telemetry to be sent, in ms. */
export const defaultFlushTimeoutMs = 300;

class InvocationRequest extends ActiveRequest {
  readonly source: InvocationSource;

  constructor(source: InvocationSource) {
    super(undefined, source.method);
    this.source = source;
  }

  override get route(): string {
    return this.source.route;
  }

  override get path(): string {
    return this.source.path;
  }

  override get sent(): SentRequest | undefined {
    return this.source.sent;
  }
}

/** Tells of the invocations of a function on AWS Lambda, and sends before its environment is frozen. */
export class Invocations {
  readonly figures: LambdaFigures;
  readonly #recorder: Recorder;
  readonly #errors: OwnErrors;
  readonly #schedule: FlushSchedule;
  readonly #active = new Set<Invocation>();
  readonly isOnLambda: boolean;
  #haveBegun = false;
  #windowStartedAtMs = Date.now();
  #lastEndedAtMs = performance.now();

  constructor(recorder: Recorder, errors: OwnErrors, environment = process.env) {
    this.figures = new LambdaFigures(environment);
    this.#recorder = recorder;
    this.#errors = errors;
    this.#schedule = new FlushSchedule(recorder.flushMs);
    watchStreamedStatuses();
    this.isOnLambda = environment.AWS_LAMBDA_FUNCTION_NAME !== undefined;
  }

  /** Whether windows end with invocations, and not by the clock: timers sleep while Lambda keeps the environment frozen. */
  get endWindows(): boolean {
    return this.isOnLambda && this.#haveBegun;
  }

  /** @returns undefined when the invocation is watched already, by the layer or by another copy of this package */
  begin(event: unknown, context: InvocationContext | undefined): Invocation | undefined {
    let invocation: Invocation | undefined;
    this.#errors.guard('Watching an invocation', () => {
      const id = context?.awsRequestId;
      if (id !== undefined && [...this.#active].some((other) => other.id === id)) return;
      if (this.isOnLambda && this.#active.size === 0) this.#thaw();
      this.#haveBegun = true;
      needRequestContext();
      this.figures.begin(context, performance.now());
      invocation = new Invocation(this, this.#errors, event, context);
      const { request } = invocation;
      request.begun = this.#recorder.load.begin(request.startedAtMs);
      this.#active.add(invocation);
      // Handlers may find ways to end that nobody sees.
      const [oldest] = this.#active;
      if (this.#active.size > maxActive && oldest !== undefined) this.#forget(oldest);
      this.#setOnly();
    });
    return invocation;
  }

  /** The environment may have been frozen for hours since its last event. */
  #thaw(): void {
    const now = Date.now();
    if (!this.#haveBegun) this.#recorder.pause();
    const isEmpty = this.#recorder.isEmpty();
    const isOld = !isEmpty && this.#schedule.isWhole(this.#windowStartedAtMs, now);
    if (isEmpty) this.#recorder.renew();
    else if (isOld) this.#recorder.close(this.#lastEndedAtMs);
    if (isEmpty || isOld) this.#windowStartedAtMs = now;
    this.#recorder.resume();
    this.#recorder.catchUp();
  }

  record(invocation: Invocation, ended: EndedRequest): void {
    const cpuMs = this.#forget(invocation);
    this.#setOnly();
    this.#lastEndedAtMs = performance.now();
    this.figures.end(invocation.context);
    this.#recorder.add({ ...ended, cpuMs });
    if (this.isOnLambda && this.#active.size === 0) this.#recorder.pause();
  }

  /** @returns what it had of the CPU, in ms */
  #forget(invocation: Invocation): number {
    // It may have been forgotten before, as one of too many.
    if (!this.#active.delete(invocation)) return 0;
    return this.#recorder.load.end(performance.now(), invocation.request.begun);
  }

  /** Sends what waits when it is time to, and waits for that as long as it may. Never rejects. */
  async flush(context: InvocationContext | undefined, timeoutMs: number): Promise<void> {
    if (!this.isOnLambda) return;
    const now = Date.now();
    const patienceMs = Math.min(timeoutMs, (context?.getRemainingTimeInMillis?.() ?? timeoutMs) - reservedMs);
    if (patienceMs <= 0 || !this.#schedule.isDue(now)) return;
    this.#recorder.close();
    this.#windowStartedAtMs = now;
    this.#schedule.sent(now, await within(patienceMs, this.#recorder.send()));
  }

  #setOnly(): void {
    const [first, ...others] = this.#active;
    setOnlyRequest(others.length === 0 ? first?.request : undefined);
  }
}

/** One event that is being answered. */
export class Invocation {
  readonly request: InvocationRequest;
  readonly context: InvocationContext | undefined;
  readonly #invocations: Invocations;
  readonly #errors: OwnErrors;
  readonly #event: unknown;
  readonly #watchdog: NodeJS.Timeout | undefined;
  #ending: (() => void) | undefined;

  constructor(invocations: Invocations, errors: OwnErrors, event: unknown, context: InvocationContext | undefined) {
    this.#invocations = invocations;
    this.#errors = errors;
    this.#event = event;
    this.context = context;
    this.request = new InvocationRequest(invocationSource(event));
    const remainingMs = context?.getRemainingTimeInMillis?.();
    if (remainingMs !== undefined && remainingMs > 2 * beforeTimeoutMs) {
      this.#watchdog = setTimeout(() => this.#cutOff(), remainingMs - beforeTimeoutMs).unref();
    }
  }

  get id(): string | undefined {
    return this.context?.awsRequestId;
  }

  /** Runs the handler, so that its queries are known for those of this event. */
  run<Result>(work: () => Result): Result {
    return runInRequest(this.request, work);
  }

  /** As `run`, where what comes next cannot be called from here. */
  enter(): void {
    enterRequest(this.request);
  }

  /** Called once, when it is known how the invocation ended. */
  onEnd(ending: () => void): void {
    if (this.request.ended) ending();
    else this.#ending = ending;
  }

  answered(result: unknown): void {
    this.#errors.guard('Recording an invocation', () => {
      this.#end(outcomeOf(result, this.#event, this.request.source));
    });
  }

  failed(): void {
    this.#errors.guard('Recording an invocation', () => this.#end(thrown));
  }

  /** @param timeoutMs waits no longer. Never rejects. */
  flush(timeoutMs: number): Promise<void> {
    return this.#invocations
      .flush(this.context, timeoutMs)
      .catch((error: unknown) => this.#errors.report(`Sending telemetry failed: ${String(error)}`));
  }

  #cutOff(): void {
    this.#errors.guard('Recording an invocation', () => this.#end({ status: 0, responseBytes: 0 }));
    void this.flush(beforeTimeoutMs);
  }

  /** Once: what comes later was told already. */
  #end({ status, responseBytes }: Outcome): void {
    clearTimeout(this.#watchdog);
    if (this.request.ended) return;
    const durationMs = performance.now() - this.request.startedAtMs;
    const { requestBytes, address } = this.request.source;
    this.#invocations.record(this, { active: this.request, status, durationMs, requestBytes, responseBytes, address });
    this.request.end();
    this.#ending?.();
  }
}

const within = (timeoutMs: number, work: Promise<boolean>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs, false);
    void work.then((isDone) => {
      clearTimeout(timer);
      resolve(isDone);
    });
  });
