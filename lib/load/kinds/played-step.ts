import { z } from 'zod';
import { errorSummary } from '../../contracts/load-result.ts';
import { storedStepShape } from '../model.ts';

/** What one worker measured of a step: how comparisons tell workers apart. */
const shardFigures = z.object({ shard: z.number().int(), requests: z.number().int(), meanMs: z.number() });

/** A step that has ended, with the figures of the time for which its level was held. */
export const playedStep = storedStepShape.extend({
  elapsedSeconds: z.number(),
  /** That its figures are of. */
  heldSeconds: z.number(),
  requests: z.number().int(),
  successful: z.number().int(),
  /**
   * How many became due: with each arrival its first, with each answer in a flow the next. Steps of before there
   * was this have none.
   */
  due: z.number().int().optional(),
  requestsPerSecond: z.number(),
  connectionFailures: z.number().int(),
  /** From the intended send. Absent where nothing was answered. */
  latency: z
    .object({ meanMs: z.number(), p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number(), serviceMeanMs: z.number() })
    .optional(),
  errors: z.array(errorSummary),
  peakActive: z.number().int(),
  /** Why the figures are those of the generator, not of the target. */
  generatorLimit: z.string().optional(),
  byShard: z.array(shardFigures).optional(),
});
export type PlayedStep = z.output<typeof playedStep>;

/** What it did in full: what failed at once, too, is no throughput. */
export const successfulPerSecond = ({ successful, heldSeconds }: PlayedStep): number =>
  heldSeconds > 0 ? successful / heldSeconds : 0;

/** Failed requests and failed connections over all attempts, in percent; 0 where nothing was tried. */
export function errorRatePercent({ requests, successful, connectionFailures }: PlayedStep): number {
  const attempts = requests + connectionFailures;
  return attempts === 0 ? 0 : (100 * (attempts - successful)) / attempts;
}
