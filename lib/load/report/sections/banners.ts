import type { LoadTest } from '../../../contracts/load.ts';
import type { GeneratorSummary, LoadTestResult } from '../../../contracts/load-result.ts';
import { isFailure } from '../../../contracts/load-threshold.ts';
import { type Banner, banner } from '../../../pages/banner.ts';
import { generatorFaults, lossesInWords } from '../../../pages/load-words.ts';
import { type Markup, markup } from '../../../pages/markup.ts';
import { formats } from '../../../pages/units.ts';

/** What must be known before any figure is read, the gravest for the figures first. */
export function banners(test: LoadTest): Markup[] {
  const { result } = test;
  const all = [
    stateBanner(test),
    ...(result === undefined ? [] : [generatorBanner(result.generator), ...resultRules.map((rule) => rule(result))]),
  ];
  return all.flatMap((each) => (each === undefined ? [] : [banner(each)]));
}

type State = Pick<LoadTest, 'status' | 'reason' | 'progressPercent'> & { phase?: string | undefined };

export function stateBanner({ status, reason, progressPercent, phase }: State): Banner | undefined {
  const isUnderWay = { tone: 'plain', title: `It is ${status}, ${Math.floor(progressPercent)} % done.` } as const;
  const states: Record<LoadTest['status'], Banner | undefined> = {
    queued: isUnderWay,
    running: { ...isUnderWay, text: phase ?? 'The figures are those so far.' },
    completed: undefined,
    cancelled: {
      tone: 'doubtful',
      title: 'It was cancelled.',
      text: reason ?? 'The figures are those of what was run.',
    },
    failed: { tone: 'bad', title: 'It failed.', text: reason },
  };
  return states[status];
}

export function generatorBanner({
  verdict,
  reasons,
}: Pick<GeneratorSummary, 'verdict' | 'reasons'>): Banner | undefined {
  if (verdict === 'ok') return undefined;
  return {
    tone: 'doubtful',
    title: generatorFaults[verdict],
    text: markup`<ul>${reasons.map((each) => markup`<li>${each}</li>`)}</ul>`,
  };
}

const resultRules: readonly ((result: LoadTestResult) => Banner | undefined)[] = [
  ({ generator: { lostShards } }) =>
    lostShards.length === 0
      ? undefined
      : {
          tone: 'bad',
          title: 'A part of the load is missing:',
          text: lossesInWords(lostShards),
        },

  ({ totalRequests, connectionFailures }) =>
    totalRequests > 0
      ? undefined
      : {
          tone: 'bad',
          title: 'No request was sent.',
          text: connectionFailures > 0 ? `${formats.count(connectionFailures)} connections failed.` : undefined,
        },

  ({ thresholds = [] }) => {
    const failed = thresholds.filter(isFailure);
    return failed.length === 0
      ? undefined
      : {
          tone: 'bad',
          title: `${failed.length} of ${formats.count(thresholds.length)} thresholds failed:`,
          text: failed.map(({ threshold }) => markup`<code>${threshold}</code> `),
        };
  },
];
