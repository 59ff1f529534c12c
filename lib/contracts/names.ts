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

/** ISO 8601 in UTC, with milliseconds. */
export const timestamp = z.iso.datetime().meta({ id: 'Timestamp', example: '2026-01-31T02:00:00.000Z' });

export const percent = z.number().min(0).max(100);

export const environment = z.enum(['development', 'production']);
