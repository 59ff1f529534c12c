import { z } from 'zod';
import type { Outgoing } from '../../../contracts/messages.ts';
import { identifier, timestamp } from '../../../contracts/names.ts';
import { actor } from '../../../contracts/optimization-runs.ts';
import type { ItemType } from '../../../platform/table/item.ts';
import { memorySweep } from './model.ts';

const storedSweep = z.object({
  sweepId: identifier,
  requestedBy: actor,
  createdAt: timestamp,
  endedAt: timestamp.optional(),
  sweep: memorySweep,
  usdPerGbSecond: z.number(),
  /** Grows with each step: a message acts only on the turn that it names. */
  turn: z.int(),
  /** Until then, whoever took up the present turn is at it, and nobody else is to be. */
  claimedUntilMs: z.number().optional(),
  attempts: z.int().optional(),
});
export type StoredSweep = z.output<typeof storedSweep>;
export const sweepItem: ItemType<StoredSweep> = { name: 'MemorySweep', version: 1, schema: storedSweep };

export const sweepMessage = ({ sweepId, sweep: { project }, turn }: StoredSweep, delaySeconds?: number): Outgoing => ({
  queue: 'optimizations',
  body: { type: 'memory-sweep.advance', project, sweepId, turn },
  ...(delaySeconds === undefined ? {} : { delaySeconds }),
});

/** Measures no more: what was published is taken away, and the memory put back. */
export function brokenOff(stored: StoredSweep, why: string): StoredSweep {
  const { sweep } = stored;
  const phase = sweep.phase === 'publishing' ? 'restoring' : sweep.phase === 'measuring' ? 'cleaning' : sweep.phase;
  return { ...stored, sweep: { ...sweep, phase, problems: [...sweep.problems, why] } };
}
