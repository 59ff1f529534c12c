import { availableParallelism, totalmem } from 'node:os';
import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import type { ResourceWindow } from '../../contracts/telemetry.ts';

const delayResolutionMs = 20;
const bytesPerMb = 2 ** 20;
const hundredths = (value: number): number => Math.round(value * 100) / 100;
const mb = (bytes: number): number => hundredths(bytes / bytesPerMb);

/** The container's limit where there is one (unlimited shows as 0, or as more than the machine has), else the machine's memory. */
function memoryLimitBytes(): number {
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** What this process used, from one call of `read` to the next. Costs a timer every 20 ms, which holds no process open. */
export class Resources {
  readonly #delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  #cpu = process.cpuUsage();
  #utilization = performance.eventLoopUtilization();
  #readAtMs = performance.now();
  #gcPauseMs = 0;

  constructor() {
    this.#delay.enable();
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#gcPauseMs += duration;
    }).observe({ entryTypes: ['gc'] });
  }

  read(): ResourceWindow {
    const now = performance.now();
    const cpu = process.cpuUsage();
    const utilization = performance.eventLoopUtilization();
    const memory = process.memoryUsage();
    const cpuMs = (cpu.user - this.#cpu.user + cpu.system - this.#cpu.system) / 1_000;
    const within = performance.eventLoopUtilization(utilization, this.#utilization).utilization;
    // The histogram holds the whole time between two ticks, the intended 20 ms included; it is empty in a window shorter than that.
    const delayMs = this.#delay.count > 0 ? this.#delay.percentile(99) / 1e6 - delayResolutionMs : 0;
    const figures: ResourceWindow = {
      cpuPercent: hundredths((100 * cpuMs) / Math.max(1, now - this.#readAtMs)),
      cpuCores: availableParallelism(),
      heapUsedMb: mb(memory.heapUsed),
      rssMb: mb(memory.rss),
      externalMb: mb(memory.external),
      memoryLimitMb: mb(memoryLimitBytes()),
      eventLoopUtilizationPercent: hundredths(Math.min(100, Math.max(0, 100 * within))),
      eventLoopDelayP99Ms: hundredths(Math.max(0, delayMs)),
      gcPauseMs: hundredths(this.#gcPauseMs),
    };
    this.#readAtMs = now;
    this.#cpu = cpu;
    this.#utilization = utilization;
    this.#gcPauseMs = 0;
    this.#delay.reset();
    return figures;
  }
}
