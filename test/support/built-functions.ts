import { resolve } from 'node:path';
import type { FunctionName } from '../../lib/contracts/functions.ts';
import type { Bundle } from '../../lib/stack/bundle.ts';
import { keptBundles } from '../../lib/stack/kept-bundles.ts';

/** The functions of the platform as they are, from where `npm start` has them. Nobody changes them. */
export const builtFunctions = (): Promise<Record<FunctionName, Bundle>> => keptBundles(resolve('.build/local'));
