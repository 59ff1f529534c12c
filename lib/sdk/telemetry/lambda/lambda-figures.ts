import type { ResourceWindow } from '../../../contracts/telemetry.ts';

type LambdaWindow = NonNullable<ResourceWindow['lambda']>;

/** What is read of the context that Lambda gives with an event. */
export interface InvocationContext {
  readonly awsRequestId?: string | undefined;
  readonly memoryLimitInMB?: string | number | undefined;
  readonly getRemainingTimeInMillis?: (() => number) | undefined;
}

/** Lambda lets an initialization on demand take no longer. What took longer was made ahead of the event, which did not wait for it. */
const maxInitMs = 10_000;

/** `on-demand`, or made ahead: `provisioned-concurrency`, `snap-start`. */
const isOnDemand = ({ AWS_LAMBDA_INITIALIZATION_TYPE: type }: NodeJS.ProcessEnv): boolean =>
  type === undefined || type === 'on-demand';

/** Counts the invocations of this environment, from one `close` to the next. */
export class LambdaFigures {
  readonly #environment: NodeJS.ProcessEnv;
  #hasBeenInvoked = false;
  #invocations = 0;
  #coldStarts = 0;
  #initMs: number | undefined;
  #memoryLimitMb: number | undefined;
  #minRemainingMs: number | undefined;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /** @param upMs since the process began */
  begin(context: InvocationContext | undefined, upMs: number): void {
    this.#invocations++;
    const limit = Number(context?.memoryLimitInMB ?? this.#environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
    if (limit > 0 && Number.isFinite(limit)) this.#memoryLimitMb = limit;
    if (this.#hasBeenInvoked) return;
    this.#hasBeenInvoked = true;
    if (!isOnDemand(this.#environment) || upMs > maxInitMs) return;
    this.#coldStarts++;
    this.#initMs = Math.round(upMs);
  }

  end(context: InvocationContext | undefined): void {
    const remainingMs = context?.getRemainingTimeInMillis?.();
    if (typeof remainingMs !== 'number' || !Number.isFinite(remainingMs)) return;
    this.#minRemainingMs = Math.max(0, Math.min(remainingMs, this.#minRemainingMs ?? remainingMs));
  }

  /** Undefined when nothing was invoked, or where this is no function of Lambda. */
  close(): LambdaWindow | undefined {
    const invocations = this.#invocations;
    const memoryLimitMb = this.#memoryLimitMb;
    const figures = {
      coldStarts: this.#coldStarts,
      ...(this.#initMs !== undefined && { initMs: this.#initMs }),
      ...(this.#minRemainingMs !== undefined && { minRemainingMs: this.#minRemainingMs }),
    };
    this.#invocations = 0;
    this.#coldStarts = 0;
    this.#initMs = undefined;
    this.#minRemainingMs = undefined;
    return invocations === 0 || memoryLimitMb === undefined ? undefined : { invocations, memoryLimitMb, ...figures };
  }
}
