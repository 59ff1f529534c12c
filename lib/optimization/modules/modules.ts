import type { OptimizationModule } from '../module.ts';

/** All that Headroom can propose, one line for each kind. */
export const optimizationModules: readonly OptimizationModule[] = [];
