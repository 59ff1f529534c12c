import { z } from 'zod';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Any JSON value. Named, so that the recursion has a name in the OpenAPI document too. */
export const json: z.ZodType<Json> = z
  .lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]))
  .meta({ id: 'Json' });
