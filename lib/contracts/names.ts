import { z } from 'zod';

/** A project's name: what a user types in paths and on the command line. */
export const projectName = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 characters of a-z, 0-9 and -')
  .meta({ id: 'ProjectName', example: 'shop' });

/** An opaque, time-ordered identifier (ULID). */
export const identifier = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be a ULID: 26 characters of Crockford base32')
  .meta({ id: 'Identifier', example: '01JD2V8Q6Y0000000000000000' });

/**
 * Text that is shown to people. No control characters, and none that change how the others are shown, such as those that
 * turn the direction of writing around: a name must not look like another one.
 */
export const displayName = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must not contain control or format characters');

/** As `displayName`, with line breaks, tabs, and the joiners (U+200C, U+200D) that some scripts and emoji are written with. */
export const displayText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^(?:[\t\n\r\u200c\u200d]|[^\p{Cc}\p{Cf}])*$/u, 'must not contain control or format characters');

/** ISO 8601 in UTC, with milliseconds. */
export const timestamp = z.iso.datetime().meta({ id: 'Timestamp', example: '2026-01-31T02:00:00.000Z' });

export const percent = z.number().min(0).max(100);

export const environment = z.enum(['development', 'production']);
