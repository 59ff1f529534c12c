import type { z } from 'zod';
import { CliError } from './failure.ts';

/** The fields of a request, by their path (`breakCriteria.maxErrorRatePercent`), and the flags that fill them in. */
export type FlagNames = Readonly<Record<string, string>>;

/**
 * Refuses a request as the platform would, before anything is sent, in the words of the command line.
 * @throws CliError that names the flags at fault
 */
export function requireValid(schema: z.ZodType, request: unknown, flags: FlagNames): void {
  const { error } = schema.safeParse(request);
  if (error === undefined) return;
  const faults = error.issues.map(({ path, message }) => {
    const fault = withFlags(message, flags);
    // Of several fields together: the sentence names them itself.
    if (/^(?:give |--)/.test(fault)) return fault;
    const at = flags[path.join('.')] ?? flags[String(path[0])] ?? path.join('.');
    return /^[A-Z]/.test(fault) ? `${at}: ${fault}` : `${at} ${fault}`;
  });
  const sentence = faults.join('; ');
  throw new CliError(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
}

const withFlags = (message: string, flags: FlagNames): string =>
  message.replaceAll(/[A-Za-z]+/g, (word) => (Object.hasOwn(flags, word) ? (flags[word] ?? word) : word));
