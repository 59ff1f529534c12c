import { describe, expect, it } from 'vitest';
import { changePointsOf } from '../../../lib/statistics/change-points.ts';
import { tcpdCorpus } from '../../bench/analysis/tcpd/corpus.ts';
import { tcpdF1 } from '../../bench/analysis/tcpd/score.ts';

describe('The F1 of TCPDBench', () => {
  it('counts the beginning as seen and as found', () => {
    expect(tcpdF1([[]], [])).toBe(1);
    expect(tcpdF1([[], [50]], [])).toBeCloseTo((2 * 1 * 0.75) / 1.75, 12);
  });

  it('takes precision from what anyone saw, and recall from each', () => {
    // Found by one person of two; 80 by nobody. Precision 2 of 3, recalls 1 and 2 of 2.
    expect(tcpdF1([[], [50]], [54, 80])).toBeCloseTo((2 * (2 / 3) * 1) / (2 / 3 + 1), 12);
  });

  it('lets a change point be five values off, and serve one that was seen', () => {
    expect(tcpdF1([[50]], [55])).toBe(1);
    expect(tcpdF1([[50]], [56])).toBeCloseTo(0.5, 12);
    // The second one near 50 is wrong.
    expect(tcpdF1([[50]], [49, 51])).toBeCloseTo((2 * (2 / 3) * 1) / (2 / 3 + 1), 12);
  });
});

describe('Change points that people saw', () => {
  it('are found, and hardly any other', () => {
    const scores = tcpdCorpus().map(({ values, annotations }) =>
      tcpdF1(
        annotations,
        changePointsOf(values).map(({ index }) => index),
      ),
    );
    expect(scores).toHaveLength(5);
    expect(scores.reduce((sum, score) => sum + score, 0) / 5).toBeGreaterThanOrEqual(0.95);
  });
});
