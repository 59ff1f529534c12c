import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * For the environment of a process or thread that this one starts: to keep what it compiles where this one does, and find there
 * what others compiled. Empty where this one keeps nothing.
 */
export function compileCacheEnvironment(): { NODE_COMPILE_CACHE?: string } {
  // Node keeps a directory for each of its versions, and is told the one above.
  const ofThisVersion = getCompileCacheDir();
  return ofThisVersion === undefined ? {} : { NODE_COMPILE_CACHE: dirname(ofThisVersion) };
}
