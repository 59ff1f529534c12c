import { z } from 'zod';

/** What a client may rely on in an error: `code` is stable, `title` and `detail` are for people. */
export const problemCodes = {
  'invalid-request': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'precondition-failed': 412,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'target-not-verified': 422,
  'target-not-allowed': 422,
  'too-many-requests': 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ProblemCode = keyof typeof problemCodes;

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
