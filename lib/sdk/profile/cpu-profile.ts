import { type Cost, cpuCosts, type RawCpuProfile } from './cpu-costs.ts';
import { checkBetween, inspect, seconds as waitFor } from './inspector.ts';
import { type Place, placeOf, sourceLineOf } from './place.ts';

export interface CpuProfileOptions {
  /** 10 by default. */
  seconds?: number;
  /** 1,000 by default: a sample each millisecond. */
  samplingIntervalUs?: number;
}

export interface CostlyFunction extends Place {
  /** Of the CPU time: in itself, and in what it called of Node and V8. */
  readonly selfPercent: number;
  /** With all that it called. */
  readonly totalPercent: number;
  readonly selfMs: number;
  readonly samples: number;
  /** Of its own lines the one in which it was seen most often, where it was. */
  readonly hottestLine?: number;
}

export interface CpuProfile {
  readonly kind: 'cpu';
  readonly durationMs: number;
  readonly samples: number;
  /** Of the time. */
  readonly idlePercent: number;
  /** Of the CPU time. */
  readonly garbageCollectionPercent: number;
  /** The ten that took the most themselves. */
  readonly functions: readonly CostlyFunction[];
  /** As JSON, as Chrome's developer tools and editors open it from a file `*.cpuprofile`. */
  toCpuProfile(): string;
}

export interface CpuRecording {
  stop(): Promise<CpuProfile>;
}

const shownFunctions = 10;
const percentOf = (part: number, whole: number): number => (whole > 0 ? (100 * part) / whole : 0);

function hottestLineOf({ frame, ticksByLine }: Cost): { hottestLine?: number } {
  const [hottest] = [...ticksByLine].sort(([, a], [, b]) => b - a);
  const line = hottest && sourceLineOf(frame.url, hottest[0]);
  return line === undefined ? {} : { hottestLine: line };
}

/** @param raw as V8 gives it */
export function cpuProfileOf(raw: RawCpuProfile): CpuProfile {
  const { places, idleUs, collectionUs, busyUs } = cpuCosts(raw);
  const durationUs = idleUs + busyUs;
  const functions = places
    .toSorted((a, b) => b.selfUs - a.selfUs)
    .slice(0, shownFunctions)
    .filter(({ selfUs }) => selfUs > 0)
    .map((cost) => ({
      ...placeOf(cost.frame),
      selfPercent: percentOf(cost.selfUs, busyUs),
      totalPercent: percentOf(cost.totalUs, busyUs),
      selfMs: cost.selfUs / 1_000,
      samples: cost.samples,
      ...hottestLineOf(cost),
    }));
  return {
    kind: 'cpu',
    durationMs: durationUs / 1_000,
    samples: raw.samples?.length ?? 0,
    idlePercent: percentOf(idleUs, durationUs),
    garbageCollectionPercent: percentOf(collectionUs, busyUs),
    functions,
    toCpuProfile: () => JSON.stringify(raw),
  };
}

/**
 * Samples this thread's stack from now on, with V8's CPU profiler.
 *
 * @throws ProfileInProgressError
 * @throws RangeError
 */
export async function startCpuProfile(
  options: Pick<CpuProfileOptions, 'samplingIntervalUs'> = {},
): Promise<CpuRecording> {
  const { samplingIntervalUs = 1_000 } = options;
  checkBetween('samplingIntervalUs', samplingIntervalUs, 100, 1_000_000);
  const { session, end } = await inspect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
    await session.post('Profiler.start');
    return {
      async stop() {
        try {
          const { profile } = await session.post('Profiler.stop');
          return cpuProfileOf(profile);
        } finally {
          end();
        }
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}

/**
 * Which functions take the CPU's time. Between start and end a few percent go to the sampling.
 *
 * @throws ProfileInProgressError
 * @throws RangeError
 */
export async function profileCpu(options: CpuProfileOptions = {}): Promise<CpuProfile> {
  const { seconds = 10 } = options;
  checkBetween('seconds', seconds, 0.01, 600);
  const recording = await startCpuProfile(options);
  await waitFor(seconds);
  return recording.stop();
}
