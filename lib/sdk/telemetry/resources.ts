import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { ResourceWindow } from '../../contracts/telemetry.ts';
import { usableCores } from './resources/cpu-limit.ts';
import { DiskUsage } from './resources/disk-usage.ts';
import { onCollection } from './resources/gc-events.ts';
import { HandleCount } from './resources/handle-count.ts';
import { heapLimitBytes } from './resources/heap-limit.ts';
import { memoryLimitBytes } from './resources/memory-limit.ts';
import { RunningDelay } from './resources/running-delay.ts';

const delayResolutionMs = 20;
/** Limits of containers may be changed while they run; they are read from files. */
const limitsForMs = 60_000;
const bytesPerMb = 2 ** 20;
const hundredths = (value: number): number => Math.round(value * 100) / 100;
const mb = (bytes: number): number => hundredths(bytes / bytesPerMb);

/** Linux counts blocks of 512 bytes, whatever those of the disk are; elsewhere it is the number of operations. */
const hasBlocks = process.platform === 'linux';
const blockBytes = 512;

const readLimits = () => ({
  cpuCores: Math.max(0.01, hundredths(usableCores())),
  memoryLimitMb: mb(memoryLimitBytes()),
  heapLimitMb: mb(heapLimitBytes()),
});

/** What this process used, from one call of `read` to the next. Costs a timer every 20 ms, which holds no process open. */
export class Resources {
  readonly #delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  readonly #disk = new DiskUsage();
  readonly #handles = new HandleCount();
  readonly #unsubscribe: () => void;
  #usage = process.resourceUsage();
  #utilization = performance.eventLoopUtilization();
  #readAtMs = performance.now();
  #gcPauseMs = 0;
  #heapAfterGcBytes: number | undefined;
  /** Of a process that is paused now and then. */
  #runningDelay: RunningDelay | undefined;
  #paused: { atMs: number; utilization: ReturnType<typeof performance.eventLoopUtilization> } | undefined;
  #limits = readLimits();
  #limitsAtMs = this.#readAtMs;

  constructor() {
    this.#delay.enable();
    this.#unsubscribe = onCollection(({ durationMs, isMajor }) => {
      this.#gcPauseMs += durationMs;
      if (isMajor) this.#heapAfterGcBytes = getHeapStatistics().used_heap_size;
    });
  }

  /** The process may be frozen from now on: what passes until `resume` is no part of what is read. */
  pause(): void {
    if (this.#paused !== undefined) return;
    this.#delay.disable();
    this.#runningDelay ??= new RunningDelay();
    this.#runningDelay.stop();
    this.#paused = { atMs: performance.now(), utilization: performance.eventLoopUtilization() };
  }

  resume(): void {
    const paused = this.#paused;
    if (paused === undefined) return;
    this.#paused = undefined;
    this.#readAtMs += performance.now() - paused.atMs;
    const { idle, active } = performance.eventLoopUtilization();
    const before = this.#utilization;
    this.#utilization = {
      idle: before.idle + idle - paused.utilization.idle,
      active: before.active + active - paused.utilization.active,
      utilization: before.utilization,
    };
    this.#runningDelay?.start();
  }

  #delayP99Ms(): number {
    if (this.#runningDelay !== undefined) return this.#runningDelay.takeP99Ms();
    // The histogram holds the whole time between two ticks, the intended 20 ms included; it is empty in a window shorter than that.
    return this.#delay.count > 0 ? this.#delay.percentile(99) / 1e6 - delayResolutionMs : 0;
  }

  /** Takes some 0.1 ms, and where there are many handles up to a ten-thousandth of the time between two calls. */
  read(): ResourceWindow {
    const now = this.#paused?.atMs ?? performance.now();
    const usage = process.resourceUsage();
    const before = this.#usage;
    const utilization = this.#paused?.utilization ?? performance.eventLoopUtilization();
    const memory = process.memoryUsage();
    const cpuMs = (usage.userCPUTime - before.userCPUTime + usage.systemCPUTime - before.systemCPUTime) / 1_000;
    // No number where no time has passed, as between two readings while it is paused.
    const within = performance.eventLoopUtilization(utilization, this.#utilization).utilization || 0;
    if (now - this.#limitsAtMs >= limitsForMs) {
      this.#limits = readLimits();
      this.#limitsAtMs = now;
    }
    const diskUsedPercent = this.#disk.percent;
    const figures: ResourceWindow = {
      cpuPercent: hundredths((100 * cpuMs) / Math.max(1, now - this.#readAtMs)),
      ...this.#limits,
      heapUsedMb: mb(memory.heapUsed),
      rssMb: mb(memory.rss),
      externalMb: mb(memory.external),
      eventLoopUtilizationPercent: hundredths(Math.min(100, Math.max(0, 100 * within))),
      eventLoopDelayP99Ms: hundredths(Math.max(0, this.#delayP99Ms())),
      gcPauseMs: hundredths(this.#gcPauseMs),
      ...(this.#heapAfterGcBytes !== undefined && { heapAfterGcMb: mb(this.#heapAfterGcBytes) }),
      ...(hasBlocks && {
        diskReadMb: mb((usage.fsRead - before.fsRead) * blockBytes),
        diskWriteMb: mb((usage.fsWrite - before.fsWrite) * blockBytes),
      }),
      ...(diskUsedPercent !== undefined && { diskUsedPercent: hundredths(diskUsedPercent) }),
      handles: this.#handles.read(),
    };
    this.#readAtMs = now;
    this.#usage = usage;
    this.#utilization = utilization;
    this.#gcPauseMs = 0;
    this.#heapAfterGcBytes = undefined;
    this.#delay.reset();
    return figures;
  }

  /** Ends what it costs. */
  close(): void {
    this.#delay.disable();
    this.#runningDelay?.stop();
    this.#unsubscribe();
  }
}
