import { expect, it } from 'vitest';
import { nabCorpus } from '../../../bench/analysis/nab/corpus.ts';
import { nabDetectors } from '../../../bench/analysis/nab/detectors.ts';
import { nabScore } from '../../../bench/analysis/nab/score.ts';

/** The short series: `npm run bench:analysis` scores them all. */
it('scores over 60 on the short series of the Numenta benchmark, and more than the simplest detector', () => {
  const corpus = nabCorpus((name) => !/^(realTweets|artificialNoAnomaly)/.test(name));
  const scoreOf = (detector: keyof typeof nabDetectors): number =>
    nabScore(corpus.map((series) => ({ series, scores: nabDetectors[detector](series) }))).score;
  const [headroom, gaussian] = [scoreOf('headroom'), scoreOf('gaussian')];
  expect(headroom).toBeGreaterThan(60);
  expect(headroom).toBeGreaterThan(gaussian);
});
