import { z } from 'zod';

/** What a client may rely on in an error: `code` is stable, `title` and `detail` are for people. */
export const problemCodes = {
  'invalid-request': 400,
  unauthenticated: 401,
  forbidden: 403,
  'testing-policy-unread': 403,
  'not-found': 404,
  'cache-miss': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'precondition-failed': 412,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'target-not-verified': 422,
  'target-not-allowed': 422,
  'network-isolated': 422,
  'quota-exceeded': 422,
  'too-many-requests': 429,
  'too-many-patterns': 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ProblemCode = keyof typeof problemCodes;

export const problemTitles: Record<ProblemCode, string> = {
  'invalid-request': 'The request is not valid',
  unauthenticated: 'Not authenticated',
  forbidden: 'Not allowed',
  'testing-policy-unread': 'The policy on stress tests was not read',
  'not-found': 'Not found',
  'cache-miss': 'Nothing that lives is stored under the key',
  'method-not-allowed': 'Method not allowed',
  conflict: 'In conflict with the present state',
  'precondition-failed': 'Precondition failed',
  'payload-too-large': 'Payload too large',
  'unsupported-media-type': 'Unsupported media type',
  'target-not-verified': 'The target is not verified',
  'target-not-allowed': 'The target is not allowed',
  'network-isolated': 'The function has no way out of its network',
  'quota-exceeded': 'Beyond what the project may have',
  'too-many-requests': 'Too many requests',
  'too-many-patterns': 'Too many patterns at work',
  internal: 'Something went wrong inside Headroom',
  unavailable: 'A part of Headroom is unavailable',
};

export const fieldError = z.object({
  path: z.string().describe('Where the wrong field is, for example `body.scenarios.0.path`'),
  message: z.string(),
});
export type FieldError = z.output<typeof fieldError>;

/** RFC 9457 problem details. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string(),
    errors: z.array(fieldError).optional(),
    correlationId: z.string(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problem>;
