import { compileExpression } from 'filtrex';
import { z } from 'zod';

/** What the sections of a script are made of. */

/** A key that a script may not have, and why. */
export const refused = (why: string) => z.undefined(why).optional();

export const code = refused(
  'calls code of a processor, which is never run here: use what Artillery has itself (capture, match, ifTrue, expect)',
);

export const text = z.string('must be text').max(100_000);

/** A number, or text that is one, as environment variables gave it where scripts were born. */
export const numeric = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^\s*\d+(\.\d+)?\s*$/)
        .transform(Number),
    ],
    'must be a number',
  )
  .refine((value) => Number.isFinite(value) && value >= 0, 'must not be negative');

export const flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')],
  'must be true or false',
);

const secondsPer = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const units: Record<string, keyof typeof secondsPer> = {
  ...{ ms: 'ms', msec: 'ms', msecs: 'ms', millisecond: 'ms', milliseconds: 'ms' },
  ...{ s: 's', sec: 's', secs: 's', second: 's', seconds: 's' },
  ...{ m: 'm', min: 'm', mins: 'm', minute: 'm', minutes: 'm' },
  ...{ h: 'h', hr: 'h', hrs: 'h', hour: 'h', hours: 'h' },
  ...{ d: 'd', day: 'd', days: 'd' },
};

/** `90`, `'90'`, `1.5`, `'90s'`, `'2 min'` as seconds; undefined for anything else. */
export function secondsOf(value: string | number): number | undefined {
  if (typeof value === 'number') return value;
  const [, amount, unit = 's'] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)?\s*$/i.exec(value) ?? [];
  const known = units[unit.toLowerCase()];
  return amount === undefined || known === undefined ? undefined : Number(amount) * secondsPer[known];
}

/** In seconds. */
export const duration = z
  .union([z.number(), z.string()], 'must be a duration: seconds, or a text such as 30s, 5m, 1h')
  .transform((value, context) => {
    const seconds = secondsOf(value);
    if (seconds !== undefined && Number.isFinite(seconds) && seconds >= 0) return seconds;
    context.addIssue({ code: 'custom', message: 'must be a duration: seconds, or a text such as 30s, 5m, 1h' });
    return z.NEVER;
  });

/** Artillery evaluates it with filtrex, which knows comparisons and arithmetic and reaches nothing but its variables. */
export const expression = text.refine((source) => {
  try {
    return compileExpression(source) !== undefined;
  } catch {
    return false;
  }
}, 'must be an expression of Artillery (filtrex), such as status == 200');

export const plain = z.union([z.string(), z.number(), z.boolean()], 'must be text, a number, true or false');
