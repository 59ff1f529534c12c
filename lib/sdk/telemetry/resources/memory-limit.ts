import { totalmem } from 'node:os';

/** The container's limit where there is one (unlimited shows as 0, or as more than the machine has), else the machine's memory. */
export function memoryLimitBytes(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
