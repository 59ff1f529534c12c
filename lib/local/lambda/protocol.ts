/** What the host of a function and an instance of it say to each other, over a message port or a pipe. */

export type ToInstance =
  | { readonly type: 'load'; readonly bundleDirectory: string }
  | {
      readonly type: 'invoke';
      /** The event as JSON. */
      readonly event: string;
      readonly requestId: string;
      readonly trace: string;
      readonly deadlineEpochMs: number;
    };

export interface InvocationError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export type FromInstance =
  | { readonly type: 'loaded' }
  /** The answer as JSON. */
  | { readonly type: 'answer'; readonly requestId: string; readonly payload: string }
  | { readonly type: 'error'; readonly requestId: string; readonly error: InvocationError }
  /** Said before the instance ends: the bundle could not be loaded, or threw where nobody caught it. */
  | { readonly type: 'crash'; readonly error: InvocationError };
