import type { OptimizationModule } from '../module.ts';
import { indexModule } from './database/index-module.ts';
import { largeAssets } from './responses/large-assets.ts';
import { largeImages } from './responses/large-images.ts';

/** All that Headroom can propose, one line for each kind. */
export const optimizationModules: readonly OptimizationModule[] = [indexModule, largeImages, largeAssets];
