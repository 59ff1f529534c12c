import type { FieldError, Problem, ProblemCode } from '../../contracts/problem.ts';

export type ApiErrorCode = ProblemCode | 'unreachable' | 'unexpected-answer';

/** Why a call failed, in one sentence for the reader. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  /** 0: there was no answer. */
  readonly status: number;
  readonly correlationId: string | undefined;
  /** What is wrong with which field: `body.baseUrl`. */
  readonly errors: readonly FieldError[];

  constructor(code: ApiErrorCode, message: string, { status = 0, correlationId, errors = [] }: Partial<Problem> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.correlationId = correlationId;
    this.errors = errors;
  }
}

export const unreachable = (): ApiError => new ApiError('unreachable', 'Headroom cannot be reached.');

/** @param body of an answer that is no success, as it came: a gateway's or a proxy's own is no problem+json */
export function apiErrorOf(status: number, body: string): ApiError {
  const problem = problemIn(body);
  if (problem !== undefined) return new ApiError(problem.code, problem.detail, problem);
  return new ApiError('unexpected-answer', `Headroom answered ${status}, and not as it does.`, { status });
}

function problemIn(body: string): Problem | undefined {
  try {
    const parsed: Partial<Problem> | null = JSON.parse(body);
    const isProblem = typeof parsed?.code === 'string' && typeof parsed.detail === 'string';
    return isProblem ? (parsed as Problem) : undefined;
  } catch {
    return undefined;
  }
}
