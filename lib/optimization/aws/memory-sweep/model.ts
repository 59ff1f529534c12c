import { z } from 'zod';

/** A version that was published with one size. */
const sweptVersion = z.object({
  memoryMb: z.int(),
  version: z.string(),
  /** Published for the sweep, and to be deleted after it. A version that was there already is somebody else's. */
  isOwn: z.boolean(),
});

const sweepSample = z.object({
  memoryMb: z.int(),
  /** Of the same number, one after the other: what else happened then happened to all. */
  round: z.int(),
  durationMs: z.number(),
  billedMs: z.number(),
  maxMemoryUsedMb: z.number(),
  /** It began with the start of a new environment. */
  initMs: z.number().optional(),
});
export type SweepSample = z.output<typeof sweepSample>;

/** All that a sweep knows, to be kept between its steps: whoever has it takes the sweep up where it is. */
export const memorySweep = z.object({
  project: z.string(),
  /** As the project names it. */
  resource: z.string(),
  functionName: z.string(),
  /** What each invocation is given: JSON, by whoever started the sweep. */
  payload: z.string(),
  rounds: z.int(),
  sizes: z.array(z.int()),
  originalMb: z.int(),
  /** What was held of the memory before, and what is held now. */
  before: z.object({ value: z.int(), revision: z.string().optional() }),
  held: z.object({ value: z.int(), revision: z.string().optional() }),
  phase: z.enum(['publishing', 'restoring', 'measuring', 'cleaning', 'done']),
  versions: z.array(sweptVersion),
  samples: z.array(sweepSample),
  /** Why it was broken off, and what could not be cleaned up. */
  problems: z.array(z.string()),
});
export type MemorySweep = z.output<typeof memorySweep>;
