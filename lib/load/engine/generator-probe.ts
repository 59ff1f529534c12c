import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** Reads what the generator itself used since the last reading. */
export class GeneratorProbe {
  #utilization: EventLoopUtilization = performance.eventLoopUtilization();
  #cpu = process.cpuUsage();
  #at = performance.now();

  read(): { eventLoopUtilizationPercent: number; cpuPercent: number } {
    const utilization = performance.eventLoopUtilization();
    const cpu = process.cpuUsage();
    const at = performance.now();
    const since = performance.eventLoopUtilization(utilization, this.#utilization);
    const cpuUs = cpu.user + cpu.system - this.#cpu.user - this.#cpu.system;
    const elapsedUs = Math.max(1, (at - this.#at) * 1000);
    this.#utilization = utilization;
    this.#cpu = cpu;
    this.#at = at;
    return { eventLoopUtilizationPercent: 100 * since.utilization, cpuPercent: (100 * cpuUs) / elapsedUs };
  }
}
