import type { ResourceSample } from '../telemetry/aggregate.ts';

/** So much work that what is measured besides does not matter, in ms of CPU time. */
const minCpuMs = 50;

/**
 * How many times longer than its CPU time the work of the processes took: 1 where they had a processor whenever they wanted one.
 * While an event loop is active it computes, or would if others let it; what is more than its CPU time, it stood in the queue for
 * the processor. So times of work, and of being woken up, are that much longer than on a machine that is free, and are held
 * against as much more. Work that blocks without computing (synchronous reading, child processes) looks the same.
 */
export function starvation(samples: readonly ResourceSample[]): number {
  let activeMs = 0;
  let cpuMs = 0;
  for (const { eventLoopUtilizationPercent, cpuPercent, durationMs } of samples) {
    if (eventLoopUtilizationPercent === undefined) continue;
    activeMs += (eventLoopUtilizationPercent * durationMs) / 100;
    cpuMs += (cpuPercent * durationMs) / 100;
  }
  return cpuMs < minCpuMs ? 1 : Math.max(1, activeMs / cpuMs);
}
