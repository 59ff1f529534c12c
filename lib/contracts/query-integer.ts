import { z } from 'zod';

/** A whole number in a query: decimal digits, and not whatever `Number` makes one of (`1e2`, `0x10`, an empty text). */
export const queryInteger = (min: number, max: number) =>
  z.preprocess(
    (given) => (typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given),
    z.number({ error: 'must be a whole number' }).int().min(min).max(max),
  );

/** A number in a query, with decimals or without; `schema` bounds it. */
export const queryNumber = (schema: z.ZodNumber) =>
  z.preprocess((given) => (typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given), schema);
