import type { ArtilleryPlan } from './plan.ts';

/** What the thread of a script is given to begin with. */
export type ThreadData = { plan: ArtilleryPlan };

export type ToThread =
  | { type: 'start'; startAtEpochMs: number; addresses: readonly string[] }
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

/** How often the thread says that it is not stuck. */
export const aliveEveryMs = 500;
