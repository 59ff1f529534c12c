import type { Invocation, Invocations } from './invocations.ts';
import type { InvocationContext } from './lambda-figures.ts';
import { streamedStatus } from './streamed-status.ts';

/** `(event, context)`, with a callback up to Node.js 22, or `(event, responseStream, context)`. */
export type LambdaHandler = (...args: never[]) => unknown;
type Callback = (error: unknown, result?: unknown) => void;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isContext = (value: unknown): value is InvocationContext =>
  isObject(value) && ('awsRequestId' in value || 'getRemainingTimeInMillis' in value);

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  isObject(value) && 'then' in value && typeof value.then === 'function';

/**
 * A handler that does what the given one does and is reported, with telemetry sent before the answer is. It takes as many
 * parameters and carries the same marks, so that Lambda treats it as it would treat the other: by promise, by callback, streaming.
 */
export function watchedHandler<Handler extends LambdaHandler>(
  handler: Handler,
  invocations: Invocations,
  flushTimeoutMs: number,
): Handler {
  const call = handler as unknown as (this: unknown, ...args: unknown[]) => unknown;
  function watched(this: unknown, ...args: unknown[]): unknown {
    const context = args.find(isContext);
    const invocation = invocations.begin(args[0], context);
    if (invocation === undefined) return Reflect.apply(call, this, args);
    const run = new WatchedRun(invocation, flushTimeoutMs, args);
    return run.of((passed) => Reflect.apply(call, this, passed));
  }
  for (const key of Reflect.ownKeys(handler)) {
    const property = Reflect.getOwnPropertyDescriptor(handler, key);
    if (property !== undefined && key !== 'prototype') Reflect.defineProperty(watched, key, property);
  }
  return watched as unknown as Handler;
}

class WatchedRun {
  readonly #invocation: Invocation;
  readonly #flushTimeoutMs: number;
  readonly #args: readonly unknown[];
  /** Up to Node.js 22 there is a callback, and an answer may come by it. */
  readonly #callback: Callback | undefined;

  constructor(invocation: Invocation, flushTimeoutMs: number, args: readonly unknown[]) {
    this.#invocation = invocation;
    this.#flushTimeoutMs = flushTimeoutMs;
    this.#args = args;
    const callback = args[2];
    this.#callback = typeof callback === 'function' ? (callback as Callback) : undefined;
  }

  of(call: (passed: unknown[]) => unknown): unknown {
    try {
      const result = this.#invocation.run(() => call(this.#passed()));
      if (isThenable(result)) return result.then(this.#answer, this.#fail);
      return this.#callback === undefined ? this.#answer(result) : this.#whenIdle(result);
    } catch (error) {
      return this.#fail(error);
    }
  }

  readonly #answer = async (result: unknown): Promise<unknown> => {
    const streamed = this.#args.map(streamedStatus).find((status) => status !== undefined);
    this.#invocation.answered(streamed === undefined ? result : { statusCode: streamed });
    await this.#invocation.flush(this.#flushTimeoutMs);
    return result;
  };

  readonly #fail = async (error: unknown): Promise<never> => {
    this.#invocation.failed();
    await this.#invocation.flush(this.#flushTimeoutMs);
    throw error;
  };

  /** What the handler is given: it may answer through the callback, or through the context's old methods. */
  #passed(): unknown[] {
    const callback = this.#callback;
    if (callback === undefined) return [...this.#args];
    const context = this.#args[1];
    if (isObject(context)) this.#watchContext(context as Record<string, unknown>);
    return this.#args.map((arg) => (arg === callback ? this.#telling(callback, (args) => args) : arg));
  }

  #watchContext(context: Record<string, unknown>): void {
    const answers: Record<string, (args: unknown[]) => unknown[]> = {
      done: (args) => args,
      succeed: ([result]) => [undefined, result],
      fail: ([error]) => [error ?? true],
    };
    for (const [name, outcome] of Object.entries(answers)) {
      const original = context[name];
      if (typeof original === 'function') context[name] = this.#telling(original.bind(context), outcome);
    }
  }

  /** @param outcome what the arguments say, as those of a callback: error and result */
  #telling(original: (...args: unknown[]) => unknown, outcome: (args: unknown[]) => unknown[]) {
    return (...args: unknown[]): void => {
      const [error, result] = outcome(args);
      if ((error ?? undefined) === undefined) this.#invocation.answered(result);
      else this.#invocation.failed();
      void this.#invocation.flush(this.#flushTimeoutMs).then(() => original(...args));
    };
  }

  /** Without a promise and without a callback, Lambda answers `null` when nothing is left to be done. */
  #whenIdle(result: unknown): unknown {
    const answered = (): void => this.#invocation.answered(null);
    process.once('beforeExit', answered);
    this.#invocation.onEnd(() => process.removeListener('beforeExit', answered));
    return result;
  }
}
