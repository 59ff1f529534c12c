import { entryScripts } from './entry-scripts.ts';
import { logScripts } from './log-scripts.ts';
import { upkeepScripts } from './upkeep-scripts.ts';

export const scripts = { ...entryScripts, ...logScripts, ...upkeepScripts } as const;
export type ScriptName = keyof typeof scripts;
