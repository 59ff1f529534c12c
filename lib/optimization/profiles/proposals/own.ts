import type { Profile } from '../../../contracts/profiles.ts';
import type { OptimizationModule } from '../../module.ts';
import { autoScaling } from './auto-scaling.ts';
import { namespacePolicies } from './namespace-policies.ts';
import { poolSizes } from './pool-sizes.ts';
import { settingModules } from './settings-of-rules.ts';

/** What a profile proposes by itself, beside what the modules found. */
export const ownModules = (profile: Profile): OptimizationModule[] => [
  ...settingModules(profile),
  namespacePolicies(profile),
  poolSizes(profile),
  autoScaling(profile),
];
