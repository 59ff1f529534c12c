import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { type NabSeries, nabCorpus } from '../nab/corpus.ts';
import { nabDetectors } from '../nab/detectors.ts';
import { type NabResult, nabScore, nabScoreAt, type ScoredSeries } from '../nab/score.ts';

const GOAL = 45;
type Subject = keyof typeof nabDetectors;
type Scored = ScoredSeries & { series: NabSeries };

/**
 * The standard score on the categories of NAB that are here: with the one threshold that is best for all of them, as NAB has it, and
 * with a threshold for each category that was chosen on the others.
 */
export const nab: Measure = {
  name: 'nab',
  async run({ chosen }) {
    const corpus = nabCorpus();
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const subject of chosen(Object.keys(nabDetectors) as Subject[])) {
      const scored = corpus.map((series) => ({ series, scores: nabDetectors[subject](series) }));
      const best = nabScore(scored);
      rows.push(row('NAB, standard profile', subject, best));
      const elsewhere = thresholdFromElsewhere(scored);
      rows.push(row('NAB, threshold from the other categories', subject, elsewhere));
      for (const [category, members] of categoriesOf(scored)) {
        rows.push(row(`NAB, ${category}`, subject, nabScoreAt(members, best.threshold)));
      }
      if (subject === 'headroom') {
        goals.push({
          name: 'NAB, standard profile',
          measured: best.score,
          goal: `>= ${GOAL}`,
          holds: best.score >= GOAL,
        });
      }
    }
    return { rows: rows.sort((a, b) => order(rows, a) - order(rows, b)), goals };
  },
};

const order = (rows: readonly Row[], { measure }: Row): number => rows.findIndex((row) => row.measure === measure);

const categoriesOf = (scored: readonly Scored[]): Map<string, Scored[]> =>
  Map.groupBy(scored, ({ series }) => series.category);

function row(
  measure: string,
  subject: Subject,
  { score, windows, foundWindows, falseAlarms, threshold }: NabResult,
): Row {
  const at = Number.isNaN(threshold) ? '' : `, threshold ${threshold.toPrecision(4)}`;
  const note = `${foundWindows} of ${windows} found, ${falseAlarms} false alarms${at}`;
  // Where nothing is to be found there is no score, but false alarms.
  const [value, unit] = windows === 0 ? [falseAlarms, 'false alarms'] : [score, 'of 100'];
  return { measure, subject, value, unit, samples: [value], note };
}

/** Each category scored with the threshold that is best for all the others together. */
function thresholdFromElsewhere(scored: readonly Scored[]): NabResult {
  const sum: NabResult = { threshold: Number.NaN, score: 0, windows: 0, foundWindows: 0, falseAlarms: 0 };
  for (const [category, members] of categoriesOf(scored)) {
    const { threshold } = nabScore(scored.filter(({ series }) => series.category !== category));
    const { score, windows, foundWindows, falseAlarms } = nabScoreAt(members, threshold);
    if (windows > 0) sum.score += score * windows;
    sum.windows += windows;
    sum.foundWindows += foundWindows;
    sum.falseAlarms += falseAlarms;
  }
  return { ...sum, score: sum.score / sum.windows };
}
