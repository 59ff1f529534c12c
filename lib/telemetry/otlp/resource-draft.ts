import type { ResourceWindow } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import type { Change } from './series.ts';

const bytesOfMb = 2 ** 20;

/** What the process tells of itself, by what it is here; several series of one name are parts of a whole. */
type Figure =
  | 'cpuSeconds'
  | 'cpuShare'
  | 'cpuCores'
  | 'rss'
  | 'heapUsed'
  | 'heapLimit'
  | 'memoryLimit'
  | 'machineMemory'
  | 'loopUtilization'
  | 'loopDelayP99'
  | 'gcSeconds';

/** By the names of the semantic conventions, and of the host metrics of OpenTelemetry's Node packages. */
const figures: Record<string, Figure> = {
  'process.cpu.time': 'cpuSeconds',
  'process.cpu.utilization': 'cpuShare',
  'jvm.cpu.time': 'cpuSeconds',
  'jvm.cpu.recent_utilization': 'cpuShare',
  'jvm.cpu.count': 'cpuCores',
  'system.cpu.logical.count': 'cpuCores',
  'process.memory.usage': 'rss',
  'v8js.memory.heap.used': 'heapUsed',
  'v8js.memory.heap.limit': 'heapLimit',
  'jvm.memory.used': 'heapUsed',
  'jvm.memory.limit': 'heapLimit',
  'container.memory.limit': 'memoryLimit',
  'system.memory.limit': 'memoryLimit',
  'system.memory.usage': 'machineMemory',
  'nodejs.eventloop.utilization': 'loopUtilization',
  'nodejs.eventloop.delay.p99': 'loopDelayP99',
  'v8js.gc.duration': 'gcSeconds',
  'jvm.gc.duration': 'gcSeconds',
};

/** The resources of a process within one window, from the metrics that runtimes tell of it. */
export class ResourceDraft {
  readonly #values = new Map<Figure, number>();
  #durationMs = 0;
  /** What it was made of: the service's own metrics, where nothing comes of it. */
  readonly taken: Change[] = [];

  /** @returns whether this is what a resource is told by */
  take(change: Change): boolean {
    const figure = Object.hasOwn(figures, change.name) ? figures[change.name] : undefined;
    if (figure === undefined) return false;
    const value = amountOf(change, figure);
    this.#values.set(figure, (this.#values.get(figure) ?? 0) + value);
    this.#durationMs = Math.max(this.#durationMs, change.timeMs - change.startMs);
    this.taken.push(change);
    return true;
  }

  /** Undefined where processor, memory or the limit of either is not known. What is not told of the rest stays absent. */
  wire(): ResourceWindow | undefined {
    const of = (figure: Figure): number | undefined => this.#values.get(figure);
    const seconds = of('cpuSeconds');
    const share = of('cpuShare');
    // What began as it ended has used its time at no rate.
    const used = seconds === undefined || this.#durationMs < 1 ? undefined : seconds / (this.#durationMs / 1000);
    // Both tell of the same: their ratio is the number of cores.
    const cores = of('cpuCores') ?? (used !== undefined && share !== undefined && share > 0 ? used / share : undefined);
    const cpu = used ?? (share !== undefined && cores !== undefined ? share * cores : undefined);
    const limit = of('memoryLimit') ?? of('machineMemory');
    const rss = of('rss');
    if (cpu === undefined || cores === undefined || rss === undefined || limit === undefined) return undefined;
    const told = <Name extends keyof ResourceWindow>(name: Name, figure: Figure, factor: number) => {
      const value = of(figure);
      return value === undefined ? {} : { [name]: amount(value * factor) };
    };
    const loop = of('loopUtilization');
    return {
      cpuPercent: amount(cpu * 100),
      cpuCores: Math.max(0.01, Math.min(100_000, cores)),
      rssMb: amount(rss / bytesOfMb),
      memoryLimitMb: Math.max(0.01, limit / bytesOfMb),
      ...told('heapUsedMb', 'heapUsed', 1 / bytesOfMb),
      ...told('heapLimitMb', 'heapLimit', 1 / bytesOfMb),
      ...(loop !== undefined && { eventLoopUtilizationPercent: Math.max(0, Math.min(100, loop * 100)) }),
      ...told('eventLoopDelayP99Ms', 'loopDelayP99', 1000),
      ...told('gcPauseMs', 'gcSeconds', 1000),
    };
  }
}

/** Within what a window may say. */
const amount = (value: number): number => Math.max(0, Math.min(telemetryLimits.amount, value));

function amountOf(change: Change, figure: Figure): number {
  if (change.kind === 'histogram') return change.sum ?? 0;
  // Of the memory areas of a JVM, the heap.
  if (figure.startsWith('heap') && (change.attributes.text('jvm.memory.type') ?? 'heap') !== 'heap') return 0;
  return change.value;
}
