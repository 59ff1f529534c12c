import { rounded } from '../../telemetry/resources.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

const minObservedMs = 10_000;

/** A healthy process spends 1 to 3 %. */
const minPausePercent = 10;

/** Pauses for garbage collection, weighed by the request time beside which they fell. */
export const garbageCollection = (observed: Observed): Finding[] => {
  const samples = observed.telemetry.resources.flatMap(({ gcPauseMs, durationMs, requestTimeUs }) =>
    gcPauseMs === undefined || requestTimeUs === 0 ? [] : [{ gcPauseMs, durationMs, requestTimeUs }],
  );
  const durationMs = samples.reduce((sum, sample) => sum + sample.durationMs, 0);
  if (durationMs < minObservedMs) return [];
  const pauseMs = samples.reduce((sum, { gcPauseMs }) => sum + gcPauseMs, 0);
  const weight = samples.reduce((sum, { requestTimeUs }) => sum + requestTimeUs, 0);
  const pausePercent = samples.reduce(
    (sum, { gcPauseMs, durationMs: ms, requestTimeUs }) => sum + share(gcPauseMs, ms) * (requestTimeUs / weight),
    0,
  );
  if (pausePercent < minPausePercent) return [];
  return [
    {
      component: 'Garbage collection',
      issue: `The processes stand still for ${inWords.percent(pausePercent)} of the time while they answer requests.`,
      performanceImpact: rounded(pausePercent, 1),
      evidence: [
        evidence(observed, 'resources.gcPauseMs', 'Garbage collection', {
          pauseMs: rounded(pauseMs),
          observedMs: durationMs,
          pausePercent: rounded(pausePercent),
          thresholdPercent: minPausePercent,
        }),
      ],
      recommendation:
        'Make less garbage (a memory profile names the source lines that allocate most), or give the heap more room: a young generation that is too small (`--max-semi-space-size`) moves everything into the old one.',
      remedy: 'compute-less',
      opportunity: 'Spend less time on garbage collection',
      saving: { removed: [{ us: (observed.requestTimeUs * pausePercent) / 100 }], remains: 'no pauses' },
      blocks: true,
    },
  ];
};
