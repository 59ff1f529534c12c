import { z } from 'zod';
import { functionSetting } from './function-setting.ts';

/** In MB. */
export const memorySize = functionSetting('memorySize', 'MemorySize', z.int().min(128).max(10_240));
