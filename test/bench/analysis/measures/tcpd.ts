import type { Goal, Row } from '../../frame/result.ts';
import type { Measure } from '../../frame/run-bench.ts';
import { changePointDetectorNames, changePointDetectors } from '../change-point-detectors.ts';
import { tcpdCorpus } from '../tcpd/corpus.ts';
import { tcpdF1 } from '../tcpd/score.ts';

const GOAL = 0.95;

/** Change points that people saw in the series of the Turing Change Point Dataset. */
export const tcpd: Measure = {
  name: 'tcpd',
  async run({ chosen }) {
    const corpus = tcpdCorpus();
    const subjects = chosen(changePointDetectorNames);
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const subject of subjects) {
      const scored = corpus.map(({ name, values, annotations }) => {
        const found = changePointDetectors[subject](values);
        return { name, found, f1: tcpdF1(annotations, found) };
      });
      for (const { name, found, f1 } of scored) {
        const note = found.length === 0 ? 'none found' : `found at ${found.join(', ')}`;
        rows.push({ measure: `F1, ${name}`, subject, value: f1, unit: 'of 1', samples: [f1], note });
      }
      const samples = scored.map(({ f1 }) => f1);
      const mean = samples.reduce((sum, each) => sum + each, 0) / samples.length;
      rows.push({ measure: 'F1, mean of the series', subject, value: mean, unit: 'of 1', samples });
      if (subject === 'headroom') {
        goals.push({ name: 'F1 on TCPD', measured: mean, goal: `>= ${GOAL}`, holds: mean >= GOAL });
      }
    }
    return { rows: [...Map.groupBy(rows, ({ measure }) => measure).values()].flat(), goals };
  },
};
