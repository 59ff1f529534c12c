import type { FieldError, Problem, ProblemCode } from '../contracts/problem.ts';

/**
 * A code of the API's own; or `unreachable`: no answer came; or `unexpected-answer`: something answered that is not
 * Headroom, or not this version of it.
 */
export type HeadroomErrorCode = ProblemCode | 'unreachable' | 'unexpected-answer';

export interface HeadroomErrorDetails {
  readonly status?: number;
  readonly errors?: readonly FieldError[];
  readonly correlationId?: string;
  readonly cause?: unknown;
}

/**
 * What every failed call of the client throws. `message` is for people: it names the first wrong field where there are any, and
 * `errors` has them all. `code` is stable.
 */
export class HeadroomError extends Error {
  override name = 'HeadroomError';
  readonly code: HeadroomErrorCode;
  /** The answer's HTTP status; absent when there was none. */
  readonly status: number | undefined;
  /** Which fields of the request are wrong, with code `invalid-request`. */
  readonly errors: readonly FieldError[];
  /** Finds the call in Headroom's logs. */
  readonly correlationId: string | undefined;

  constructor(code: HeadroomErrorCode, message: string, details: HeadroomErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.errors = details.errors ?? [];
    this.correlationId = details.correlationId;
  }

  static of({ code, detail, status, errors = [], correlationId }: Problem): HeadroomError {
    return new HeadroomError(code, detail, { status, errors, correlationId });
  }
}
