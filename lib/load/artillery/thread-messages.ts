import type { ArtilleryPlan } from './plan.ts';

export type ToThread =
  | { type: 'start'; plan: ArtilleryPlan; startAtEpochMs: number; addresses: readonly string[] }
  | { type: 'abort' }
  | { type: 'leave'; atMs: number }
  | { type: 'addresses'; addresses: readonly string[] };

export type FromThread =
  /** Artillery is loaded; nothing is sent before the start. */
  | { type: 'ready' }
  | { type: 'alive' }
  /** Packed, as is the next: see `unpacked`. */
  | { type: 'interval'; interval: unknown }
  | { type: 'ended'; outcome: unknown };

/** How often a thread that plays says that it is not stuck. */
export const aliveEveryMs = 500;
