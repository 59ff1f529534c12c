import type { z } from 'zod';
import type { FieldError } from '../contracts/problem.ts';

/** Names each wrong field of a failed parse, with where it stands: `body.scenarios.0.path`. */
export const fieldErrorsOf = (error: z.ZodError, root?: string): FieldError[] =>
  error.issues.map(({ path, message }) => ({
    path: [...(root === undefined ? [] : [root]), ...path.map(String)].join('.'),
    message,
  }));
