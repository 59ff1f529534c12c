import type { FieldError, ProblemCode } from '../contracts/problem.ts';

/** What went wrong, in the domain's words. The HTTP door turns `code` into a status; nothing else here knows of HTTP. */
export class DomainError extends Error {
  readonly code: ProblemCode;
  readonly fieldErrors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { fieldErrors?: readonly FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.fieldErrors = options.fieldErrors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export const notFound = (what: string): DomainError => new DomainError('not-found', `${what} does not exist.`);
