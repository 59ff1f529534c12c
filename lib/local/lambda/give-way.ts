import { getPriority, setPriority } from 'node:os';

const lowestNiceness = 19;

/**
 * Lets this thread give way to others by so much niceness, for good: only root could take it back. On Linux each thread
 * has its own; elsewhere the whole process would give way, and nothing is done.
 */
export function giveWay(niceness: number): void {
  if (niceness > 0 && process.platform === 'linux') {
    setPriority(0, Math.min(lowestNiceness, getPriority(0) + niceness));
  }
}
