import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** Over a shorter time, such as the last interval's, the figures say nothing: one task makes them 100 %. */
const shortestMs = 50;

/** Reads what the generator itself used since the last reading; too soon after one, it repeats that. */
export class GeneratorProbe {
  #last = { eventLoopUtilizationPercent: 0, cpuPercent: 0 };
  #utilization: EventLoopUtilization = performance.eventLoopUtilization();
  #cpu = process.cpuUsage();
  #at = performance.now();

  read(): { eventLoopUtilizationPercent: number; cpuPercent: number } {
    const at = performance.now();
    if (at - this.#at < shortestMs) return this.#last;
    const utilization = performance.eventLoopUtilization();
    const cpu = process.cpuUsage();
    const since = performance.eventLoopUtilization(utilization, this.#utilization);
    const cpuUs = cpu.user + cpu.system - this.#cpu.user - this.#cpu.system;
    const elapsedUs = (at - this.#at) * 1000;
    this.#utilization = utilization;
    this.#cpu = cpu;
    this.#at = at;
    this.#last = { eventLoopUtilizationPercent: 100 * since.utilization, cpuPercent: (100 * cpuUs) / elapsedUs };
    return this.#last;
  }
}
