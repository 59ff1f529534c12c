import { z } from 'zod';
import { functionSetting } from './function-setting.ts';

/** In seconds. */
export const timeout = functionSetting('timeout', 'Timeout', z.int().min(1).max(900));
