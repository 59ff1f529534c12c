import { decimal } from '../../contracts/figures.ts';
import type { Ground } from '../../statistics/judge.ts';
import { ENOUGH_PAIRS } from '../../statistics/paired-ratio.ts';
import type { Judged } from './judge.ts';

const grounds: Record<Ground, (margin: number) => string> = {
  gain: (margin) => `a gain of more than ${decimal(margin)} % is shown`,
  'no-gain': (margin) => `a gain of ${decimal(margin)} % can be ruled out`,
  harm: () => 'a loss of more than 3 % is shown',
  unclear: (margin) => `whether the gain exceeds ${decimal(margin)} % is not settled, more pairs may tell`,
  'too-few-pairs': () => `a verdict needs ${ENOUGH_PAIRS} pairs or more`,
};

/** The verdict with what it rests on. */
export function verdictInWords(judged: Judged): string {
  const { verdict, ground, marginPercent, improvementPercent, interval, pairs, clusters } = judged;
  const side = improvementPercent === undefined ? '' : `b takes ${differenceInWords(improvementPercent)} a `;
  const range =
    interval === undefined
      ? ''
      : `95 % interval of the improvement ${decimal(interval.lowPercent)} to ${decimal(interval.highPercent)} %, `;
  const counted = `${range}${pairs} ${pairs === 1 ? 'pair' : 'pairs'} of ${clusters} ${clusters === 1 ? 'worker' : 'workers'}`;
  return `${verdictNames[verdict]}: ${side}(${counted}); ${grounds[ground](marginPercent)}.`;
}

function differenceInWords(improvementPercent: number): string {
  const by = decimal(Math.abs(improvementPercent));
  return by === '0' ? 'as long as' : `${by} % ${improvementPercent < 0 ? 'more' : 'less'} than`;
}

const verdictNames: Record<Judged['verdict'], string> = {
  keep: 'Keep',
  reject: 'Reject',
  inconclusive: 'Inconclusive',
};

/** What else the pairs say, for those who know it. */
export function evidenceInWords({ effectSize, mannWhitneyP, clusters }: Judged): string[] {
  return [
    ...(effectSize === undefined
      ? []
      : [`Effect size ${decimal(effectSize)}: the mean log ratio of the pairs, in their standard deviations.`]),
    ...(mannWhitneyP === undefined
      ? []
      : [`Mann-Whitney p ${pInWords(mannWhitneyP)}: all a against all b, unpaired, so blunter than the interval.`]),
    ...(clusters === 1 ? ['One worker alone: what is peculiar to it cannot be told from the change.'] : []),
  ];
}

const pInWords = (p: number): string => (p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`);
