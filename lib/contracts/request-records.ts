import { z } from 'zod';
import { timestamp } from './names.ts';
import { telemetryLimits } from './telemetry-limits.ts';

const { amount: maxAmount } = telemetryLimits;
const count = z.number().int().min(0).max(maxAmount);
const amount = z.number().min(0).max(maxAmount);

/** Of one call. */
export const maxSentRequests = 5_000;

const identity = z
  .string()
  .min(1)
  .max(500)
  .describe('Only a hash of it is kept; 64 hexadecimal digits are taken for a hash that you made');

/** What a client without an SDK says of one request that it has answered. */
export const sentRequest = z
  .strictObject({
    at: timestamp.describe('When it began'),
    // Some letters are two in upper case: the length counts after it.
    method: z.string().min(1).toUpperCase().max(20),
    route: z
      .string()
      .min(1)
      .max(telemetryLimits.route)
      .optional()
      .describe('The pattern, `/products/:id`; absent: made of `url`, with what looks like a value replaced'),
    url: z.string().min(1).max(telemetryLimits.url).optional().describe('Its query string is not kept'),
    status: z
      .number()
      .int()
      .refine((status) => status === 0 || (status >= 100 && status <= 999), 'must be 0, or 100 to 999')
      .describe('0: cut off before an answer'),
    responseTimeMs: z.number().min(0).max(86_400_000),
    requestBytes: count.default(0),
    responseBytes: count.default(0),
    queries: count.default(0),
    queryTimeMs: amount.default(0),
    cpuMs: amount.optional(),
    memoryMb: amount.optional(),
    user: identity.optional(),
    address: identity.optional(),
  })
  .refine(({ route, url }) => route !== undefined || url !== undefined, {
    message: 'is missing, and so is the url: one of them must be given',
    path: ['route'],
  });
export type SentRequest = z.output<typeof sentRequest>;

/** Idempotent by `instance` and `sequence`: the same call sent twice counts once. */
export const requestRecords = z
  .strictObject({
    instance: z
      .string()
      .regex(/^[\w.-]{1,50}$/, 'must be 1 to 50 characters of a-z, A-Z, 0-9, _, . and -')
      .describe('One process, or one log file: a new one has a new name'),
    sequence: z.number().int().min(0).max(1e9).describe('Another one for each call of the instance'),
    requests: z.array(sentRequest).min(1).max(maxSentRequests),
  })
  .meta({ id: 'RequestRecords' });
export type RequestRecords = z.output<typeof requestRecords>;

export const recordsAccepted = z
  .object({
    accepted: z.number().int().describe('Requests that this call has brought: 0 when all were there before'),
    duplicate: z.boolean(),
  })
  .meta({ id: 'RecordsAccepted' });
export type RecordsAccepted = z.output<typeof recordsAccepted>;
