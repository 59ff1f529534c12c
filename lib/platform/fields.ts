import type { z } from 'zod';
import type { FieldError } from '../contracts/problem.ts';
import { DomainError } from './errors.ts';

/** Names each wrong field of a failed parse, with where it stands: `body.scenarios.0.path`. */
export const fieldErrorsOf = (error: z.ZodError, root?: string): FieldError[] =>
  error.issues.map(({ path, message }) => ({
    path: [...(root === undefined ? [] : [root]), ...path.map(String)].join('.'),
    message,
  }));

/** @param faults at least one: the first is said, and `most` are named @throws DomainError invalid-request */
export function refuseFields(faults: readonly FieldError[], most = faults.length): never {
  const [first] = faults;
  const more = faults.length <= 1 ? '' : ` (and ${faults.length - 1} more)`;
  throw new DomainError('invalid-request', `${first?.path}: ${first?.message}${more}`, {
    fieldErrors: faults.slice(0, most),
  });
}
