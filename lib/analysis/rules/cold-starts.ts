import { rounded } from '../../telemetry/resources.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

const minInvocations = 20;
const minColdPercent = 5;

/** Functions on AWS Lambda that many callers find not yet started. */
export const coldStarts = (observed: Observed): Finding[] => {
  const told = observed.telemetry.resources.flatMap(({ lambda }) => lambda ?? []);
  const invocations = told.reduce((sum, each) => sum + each.invocations, 0);
  const cold = told.reduce((sum, each) => sum + each.coldStarts, 0);
  const coldPercent = share(cold, invocations);
  if (invocations < minInvocations || coldPercent < minColdPercent) return [];
  const starts = told.flatMap(({ initMs, coldStarts: count }) => (initMs === undefined ? [] : [{ initMs, count }]));
  const timed = starts.reduce((sum, { count }) => sum + count, 0);
  const meanInitMs =
    timed === 0 ? undefined : starts.reduce((sum, { initMs, count }) => sum + initMs * count, 0) / timed;
  // No request's time has it in it: callers wait for it before their request begins.
  const initUs = (meanInitMs ?? 0) * 1000 * cold;
  return [
    {
      component: 'Cold starts',
      issue: `${cold} of ${invocations} invocations (${inWords.percent(coldPercent)}) began with the start of a new environment${meanInitMs === undefined ? '' : `, of ${inWords.ms(meanInitMs)} on average`}.`,
      performanceImpact: share(initUs, observed.requestTimeUs + initUs),
      evidence: [
        evidence(observed, 'lambda.coldStarts', 'Cold starts', {
          invocations,
          coldStarts: cold,
          coldStartPercent: coldPercent,
          thresholdPercent: minColdPercent,
          ...(meanInitMs === undefined ? {} : { initMeanMs: rounded(meanInitMs) }),
        }),
      ],
      recommendation:
        'Make the package smaller and load less at the start, give the function more memory (which is CPU, too), or keep environments ready with provisioned concurrency.',
      remedy: 'start-faster',
      opportunity: 'Start faster, or less often',
    },
  ];
};
