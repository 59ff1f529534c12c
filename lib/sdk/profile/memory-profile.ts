import { checkBetween, type Inspection, inspect, seconds as waitFor } from './inspector.ts';
import { type HeapNode, type Living, livingBytes } from './living-bytes.ts';
import { type Place, placeOf } from './place.ts';

export interface MemoryProfileOptions {
  /** Between the two snapshots; 30 by default. */
  seconds?: number;
  /** Before the first: what is allocated then and lives on is no growth; a tenth of `seconds` by default. */
  warmUpSeconds?: number;
  /** In the mean one in so many bytes is sampled; 32,768 by default. Fewer are more exact, and cost more. */
  samplingIntervalBytes?: number;
}

/** What one function allocated, itself or by what it called of Node and V8, and is not collected. */
export interface Grower extends Place {
  readonly grownBytes: number;
  /** Of all that grew. */
  readonly percent: number;
  /** Of what was allocated since sampling began, in the first snapshot and in the second. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** The service's functions that called it, the nearest first, on the stack that most came by. */
  readonly callers: readonly Place[];
}

export interface MemoryProfile {
  readonly kind: 'memory';
  readonly durationMs: number;
  /** All functions together; below 0 when more went than came. Sampled, as all of these. */
  readonly grownBytes: number;
  readonly heapUsedMb: { readonly before: number; readonly after: number };
  /** The ten largest. */
  readonly growers: readonly Grower[];
  /** The second snapshot as JSON, as Chrome's developer tools open it from a file `*.heapprofile`. */
  toHeapProfile(): string;
}

export interface MemoryRecording {
  /** Takes the first snapshot (again): what lives now is no growth. */
  snapshot(): Promise<void>;
  /** Takes the second, compares, and ends. */
  stop(): Promise<MemoryProfile>;
}

const shownGrowers = 10;
const bytesPerMb = 2 ** 20;

interface Snapshot {
  readonly head: HeapNode;
  readonly places: ReadonlyMap<string, Living>;
  readonly atMs: number;
  readonly heapUsedMb: number;
}

async function take({ session }: Inspection): Promise<Snapshot & { profile: unknown }> {
  // V8 collects garbage first: what is told lives.
  const { profile } = await session.post('HeapProfiler.getSamplingProfile');
  const { head } = profile;
  return {
    profile,
    head,
    places: livingBytes(head),
    atMs: performance.now(),
    heapUsedMb: process.memoryUsage().heapUsed / bytesPerMb,
  };
}

/** The functions by what lives of theirs in the second snapshot and did not in the first, the largest first. */
export function growersBetween(
  before: ReadonlyMap<string, Living>,
  after: ReadonlyMap<string, Living>,
): { grownBytes: number; growers: Grower[] } {
  const grown = Array.from(after, ([key, living]) => {
    const bytesBefore = before.get(key)?.bytes ?? 0;
    return { living, bytesBefore, grownBytes: living.bytes - bytesBefore };
  });
  const gone = Array.from(before, ([key, { bytes }]) => (after.has(key) ? 0 : bytes));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const positive = grown.filter(({ grownBytes }) => grownBytes > 0);
  const all = sum(positive.map(({ grownBytes }) => grownBytes));
  const growers = positive
    .sort((a, b) => b.grownBytes - a.grownBytes)
    .slice(0, shownGrowers)
    .map(({ living, bytesBefore, grownBytes }) => ({
      ...placeOf(living.frame),
      grownBytes,
      percent: (100 * grownBytes) / all,
      bytesBefore,
      bytesAfter: living.bytes,
      callers: living.callers.map(placeOf),
    }));
  return { grownBytes: sum(grown.map(({ grownBytes }) => grownBytes)) - sum(gone), growers };
}

/**
 * Samples what is allocated from now on, with V8's sampling heap profiler. The first snapshot is taken at once.
 *
 * @throws ProfileInProgressError
 * @throws RangeError
 */
export async function startMemoryProfile(
  options: Pick<MemoryProfileOptions, 'samplingIntervalBytes'> = {},
): Promise<MemoryRecording> {
  const { samplingIntervalBytes = 32_768 } = options;
  checkBetween('samplingIntervalBytes', samplingIntervalBytes, 64, 2 ** 24);
  const inspection = await inspect();
  try {
    await inspection.session.post('HeapProfiler.startSampling', { samplingInterval: samplingIntervalBytes });
    let first = await take(inspection);
    return {
      async snapshot() {
        first = await take(inspection);
      },
      async stop() {
        try {
          const second = await take(inspection);
          await inspection.session.post('HeapProfiler.stopSampling');
          return profileOf(first, second);
        } finally {
          inspection.end();
        }
      },
    };
  } catch (error) {
    inspection.end();
    throw error;
  }
}

const profileOf = (first: Snapshot, second: Awaited<ReturnType<typeof take>>): MemoryProfile => ({
  kind: 'memory',
  durationMs: second.atMs - first.atMs,
  heapUsedMb: { before: first.heapUsedMb, after: second.heapUsedMb },
  ...growersBetween(first.places, second.places),
  toHeapProfile: () => JSON.stringify(second.profile),
});

/**
 * Which functions' memory grows: what was allocated by each and lives, in two snapshots some seconds apart. A snapshot collects all
 * garbage, which stops the process for as long as that takes; between them it costs a few percent.
 *
 * @throws ProfileInProgressError
 * @throws RangeError
 */
export async function profileMemory(options: MemoryProfileOptions = {}): Promise<MemoryProfile> {
  const { seconds = 30, warmUpSeconds = seconds / 10 } = options;
  checkBetween('seconds', seconds, 0.01, 3_600);
  checkBetween('warmUpSeconds', warmUpSeconds, 0, 3_600);
  const recording = await startMemoryProfile(options);
  if (warmUpSeconds > 0) {
    await waitFor(warmUpSeconds);
    await recording.snapshot();
  }
  await waitFor(seconds);
  return recording.stop();
}
