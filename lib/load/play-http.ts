import { startEngine } from './engine/engine.ts';
import { enginePlanOf } from './plan.ts';
import type { Play } from './worker.ts';

/** By our own engine. */
export const playHttp: Play = (plan, io) => startEngine(enginePlanOf(plan), io);
