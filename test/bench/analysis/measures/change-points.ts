import { Random } from '../../../../lib/statistics/random.ts';
import type { Effort } from '../../frame/options.ts';
import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { type ChangePointDetector, changePointDetectorNames, changePointDetectors } from '../change-point-detectors.ts';

const COUNT = 100;
const LEVEL = 100;
const STEP = 5;
/** Of the level; chosen so that e-divisive finds nine steps of ten in independent noise. */
const DEVIATION = 3;
/** In deviations, to either side. */
const OUTLIER = 10;
/** Of values, how far from the step a change point is said to have found it. */
const NEAR = 3;

const seriesOf: Record<Effort, number> = { full: 1000, quick: 200, smoke: 10 };

interface Noise {
  name: string;
  memory?: number;
  outliers?: number;
  mostFalsePercent: number;
  leastFoundPercent: number;
}

const noises: readonly Noise[] = [
  { name: 'independent noise', mostFalsePercent: 5, leastFoundPercent: 85 },
  { name: 'AR(0.5)', memory: 0.5, mostFalsePercent: 10, leastFoundPercent: 65 },
  { name: '5 % outliers', outliers: 0.05, mostFalsePercent: 10, leastFoundPercent: 70 },
];

/** How often a change is seen in noise, and how often a step of 5 % among 100 values is seen where it is. */
export const changePoints: Measure = {
  name: 'change-points',
  async run({ chosen, effort }) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const each of noises) {
      for (const subject of chosen(changePointDetectorNames)) {
        const { falsePercent, foundPercent } = tried(subject, each, seriesOf[effort]);
        rows.push(percent(`false alarms, ${each.name}`, subject, falsePercent));
        rows.push(percent(`steps found, ${each.name}`, subject, foundPercent));
        if (subject !== 'headroom') continue;
        goals.push({
          name: `series with false alarms, ${each.name}`,
          measured: falsePercent,
          goal: `<= ${each.mostFalsePercent} %`,
          holds: falsePercent <= each.mostFalsePercent,
        });
        goals.push({
          name: `5 % steps found within ${NEAR}, ${each.name}`,
          measured: foundPercent,
          goal: `>= ${each.leastFoundPercent} %`,
          holds: foundPercent >= each.leastFoundPercent,
        });
      }
    }
    return { rows: [...Map.groupBy(rows, ({ measure }) => measure).values()].flat(), goals };
  },
};

const percent = (measure: string, subject: string, value: number): Row => ({
  measure,
  subject,
  value,
  unit: '% of series',
  samples: [value],
});

function tried(subject: ChangePointDetector, made: Noise, times: number) {
  const detect = changePointDetectors[subject];
  const random = new Random(1);
  let alarms = 0;
  let found = 0;
  for (let i = 0; i < times; i++) {
    if (detect(series(random, made)).length > 0) alarms += 1;
    // Not where a window would begin or end, nor near either end.
    const at = random.between(0.3 * COUNT, 0.7 * COUNT);
    if (detect(series(random, made, at)).some((index) => Math.abs(index - at) <= NEAR)) found += 1;
  }
  return { falsePercent: (100 * alarms) / times, foundPercent: (100 * found) / times };
}

function series(random: Random, { memory = 0, outliers = 0 }: Noise, stepAt = COUNT): number[] {
  let state = random.normal();
  return Array.from({ length: COUNT }, (_, i) => {
    const level = i < stepAt ? LEVEL : LEVEL + STEP;
    const outlier = random.fraction() < outliers ? (random.fraction() < 0.5 ? -OUTLIER : OUTLIER) : 0;
    const value = level + DEVIATION * (state + outlier);
    state = memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
    return value;
  });
}
