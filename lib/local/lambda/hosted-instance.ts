import type { Instance, InstanceOptions } from './instance.ts';
import { initMs } from './limits.ts';
import { startProcess } from './process-instance.ts';
import type { FromInstance, InvocationError } from './protocol.ts';
import { startThread } from './thread-instance.ts';

export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | (InvocationError & {
      readonly ok: false;
      readonly timedOut?: true;
      /** The function never saw the event. An error of the function itself may have the same type. */
      readonly refused?: true;
    });

export interface InvocationRequest {
  /** The event as JSON. */
  readonly event: string;
  readonly requestId: string;
  readonly trace: string;
  readonly timeoutSeconds: number;
}

const starters = { thread: startThread, process: startProcess };

/** One instance of a function: loads its bundle, works on one invocation at a time, and is ended when one takes too long. */
export class HostedInstance {
  readonly #instance: Instance;
  /** Settles with undefined, or with why the bundle could not be loaded. */
  readonly #loaded: Promise<InvocationError | undefined>;
  #receive: (message: FromInstance) => void = () => {};
  #crash: InvocationError | undefined;
  #ending = false;
  #retirement: NodeJS.Timeout | undefined;

  private constructor(instance: Instance, loaded: Promise<InvocationError | undefined>) {
    this.#instance = instance;
    this.#loaded = loaded;
    void instance.ended.then(() => {
      this.#ending = true;
      clearTimeout(this.#retirement);
    });
  }

  static async start(
    host: 'thread' | 'process',
    bundleDirectory: string,
    options: Omit<InstanceOptions, 'onMessage'>,
  ): Promise<HostedInstance> {
    const { promise: loaded, resolve: settleLoading } = Promise.withResolvers<InvocationError | undefined>();
    const early: FromInstance[] = [];
    let deliver = (message: FromInstance): void => void early.push(message);
    const instance = await starters[host]({ ...options, onMessage: (message) => deliver(message) });
    const hosted = new HostedInstance(instance, loaded);
    deliver = (message) => {
      if (message.type === 'loaded') settleLoading(undefined);
      else if (message.type === 'crash') {
        hosted.#crash = message.error;
        settleLoading(message.error);
      } else hosted.#receive(message);
    };
    for (const message of early) deliver(message);
    void instance.ended.then((how) => settleLoading(hosted.#describeEnd(how)));
    instance.send({ type: 'load', bundleDirectory });
    return hosted;
  }

  get usable(): boolean {
    return !this.#ending && this.#crash === undefined;
  }

  get ended(): Promise<string> {
    return this.#instance.ended;
  }

  /** Ends it once it was idle for so long. */
  retireAfter(milliseconds: number): void {
    this.#retirement = setTimeout(() => void this.end(), milliseconds);
    this.#retirement.unref();
  }

  async invoke({ event, requestId, trace, timeoutSeconds }: InvocationRequest): Promise<InvocationResult> {
    clearTimeout(this.#retirement);
    const fault = await this.#untilLoaded();
    if (fault !== undefined) {
      await this.end();
      return { ok: false, ...fault };
    }
    const timeoutMs = timeoutSeconds * 1000;
    const { promise: answered, resolve } = Promise.withResolvers<InvocationResult>();
    this.#receive = (message) => {
      if (message.type === 'answer' && message.requestId === requestId)
        resolve({ ok: true, payload: JSON.parse(message.payload) });
      if (message.type === 'error' && message.requestId === requestId) resolve({ ok: false, ...message.error });
    };
    const timer = setTimeout(() => {
      const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      resolve({ ok: false, errorType: 'Sandbox.Timedout', errorMessage, timedOut: true });
    }, timeoutMs);
    const died = this.#instance.ended.then(
      (how): InvocationResult => ({ ok: false, ...this.#describeEnd(how, requestId) }),
    );
    this.#instance.send({ type: 'invoke', event, requestId, trace, deadlineEpochMs: Date.now() + timeoutMs });
    const result = await Promise.race([answered, died]);
    clearTimeout(timer);
    this.#receive = () => {};
    if (!result.ok && result.timedOut) await this.end();
    return result;
  }

  async end(): Promise<void> {
    this.#ending = true;
    clearTimeout(this.#retirement);
    await this.#instance.end();
  }

  async #untilLoaded(): Promise<InvocationError | undefined> {
    const { promise: late, resolve } = Promise.withResolvers<InvocationError>();
    const timer = setTimeout(
      () => resolve({ errorType: 'Sandbox.Timedout', errorMessage: `Loading the bundle took over ${initMs / 1000} s` }),
      initMs,
    );
    const fault = await Promise.race([this.#loaded, late]);
    clearTimeout(timer);
    return fault;
  }

  #describeEnd(how: string, requestId?: string): InvocationError {
    if (this.#crash !== undefined) return this.#crash;
    const of = requestId === undefined ? '' : `RequestId: ${requestId} `;
    return { errorType: 'Runtime.ExitError', errorMessage: `${of}Error: Runtime exited with error: ${how}` };
  }
}
