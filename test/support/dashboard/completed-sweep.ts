import { type MemorySweep, memorySweep } from '../../../lib/contracts/memory-sweeps.ts';
import { noon } from '../telemetry-batches.ts';

const point = (memoryMb: number, meanDurationMs: number, usdPerMillion: number) => ({
  memoryMb,
  invocations: 19,
  coldStarts: 1,
  meanInitMs: 210,
  meanDurationMs,
  durationMs: { low: meanDurationMs * 0.95, high: meanDurationMs * 1.05 },
  usdPerMillion,
  costUsd: { low: usdPerMillion * 0.95, high: usdPerMillion * 1.05 },
  maxMemoryUsedMb: 110,
});

/** As the API tells of a sweep that has ended: on one machine there is no Lambda to measure. */
export const completedSweep = (project: string): MemorySweep =>
  memorySweep.parse({
    sweepId: '01JD2V8Q6Y0000000000000000',
    project,
    function: 'checkout',
    status: 'completed',
    progressPercent: 100,
    requestedBy: { keyId: 'key-1', name: 'test' },
    createdAt: new Date(noon).toISOString(),
    endedAt: new Date(noon + 60_000).toISOString(),
    presentMb: 256,
    sizesMb: [256, 512, 1024],
    problems: [],
    result: {
      curve: [point(256, 150, 0.63), point(512, 80, 0.67), point(1024, 60, 1)],
      cheapest: { memoryMb: 256, reason: 'costs least' },
      fastest: { memoryMb: 1024, reason: 'takes least' },
      balanced: { memoryMb: 512, reason: 'at the knee' },
    },
  });
