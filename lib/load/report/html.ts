import type { Comparison } from '../../contracts/comparisons.ts';
import type { LoadTest } from '../../contracts/load.ts';
import { banner } from '../../pages/banner.ts';
import { bodyOf } from '../../pages/body.ts';
import { documentOf } from '../../pages/document.ts';
import { plotsOf } from '../../pages/load-plots/plots.ts';
import { roundPlots } from '../../pages/load-plots/rounds.ts';
import { testTitle } from '../../pages/load-words.ts';
import { markup } from '../../pages/markup.ts';
import type { PageFiles } from '../../pages/page-files.ts';
import { plotPlaces } from '../../pages/plot-places.ts';
import { section } from '../../pages/table.ts';
import { banners, generatorBanner, stateBanner } from './sections/banners.ts';
import { analysisSection, comparedSection, configurationSection, winnerBanner } from './sections/comparison.ts';
import { costSection } from './sections/cost.ts';
import { errorSection } from './sections/errors.ts';
import { generatorSection, resourceSection } from './sections/generator.ts';
import { headline, momentOf, statusHeading } from './sections/headline.ts';
import { keyFigures } from './sections/key-figures.ts';
import { enduranceSection, spikeSection } from './sections/kinds.ts';
import { latencySection } from './sections/latency.ts';
import { requestSection } from './sections/request.ts';
import { scenarioSection } from './sections/scenarios.ts';
import { stressSection } from './sections/stress.ts';
import { recommendationSection, thresholdSection } from './sections/verdicts.ts';
import { comparisonWithoutSecrets, withoutSecrets } from './without-secrets.ts';

/**
 * A load test as one HTML file: it loads nothing, runs on any disk, and shows the values of the result as they are. Its
 * plots are drawn from the test's JSON, which stands in it in the element `load-test`.
 * @param test one that has no result yet is shown as far as it is known
 */
export function htmlReport(test: LoadTest, files: PageFiles): string {
  const { result } = test;
  const plots = result === undefined ? [] : plotsOf(result);
  const figures =
    result === undefined
      ? []
      : [
          keyFigures(result),
          thresholdSection(result.thresholds),
          recommendationSection(result),
          stressSection(result, plots),
          spikeSection(result),
          enduranceSection(result, plots),
          section('timeline', 'Over time', plotPlaces(plots, ['throughput', 'response-times', 'active-users'])),
          latencySection(result, plots),
          scenarioSection(result),
          errorSection(result),
          generatorSection(result),
          resourceSection(result),
          costSection(result.cost),
        ];
  return documentOf({
    title: testTitle(test),
    body: bodyOf(headline(test), banners(test), [...figures, requestSection(test)]),
    data: { id: 'load-test', value: withoutSecrets(test) },
    files,
  });
}

/** A comparison as one HTML file of the same make; its JSON stands in the element `comparison`. */
export function htmlComparison(comparison: Comparison, files: PageFiles): string {
  const { result, configurations, status, comparisonId, createdAt } = comparison;
  const title = `Comparison of ${configurations.map(({ name }) => name).join(', ')}`;
  const warnings = [stateBanner(comparison), result && generatorBanner(result.generator)];
  const figures =
    result === undefined
      ? []
      : [
          configurationSection(result),
          section('rounds', 'Round by round', plotPlaces(roundPlots(result), ['rounds'])),
          analysisSection(result),
          costSection(result.cost),
        ];
  return documentOf({
    title,
    body: bodyOf(
      statusHeading(title, status, [momentOf(createdAt), markup`<code>${comparisonId}</code>`]),
      [
        ...warnings.flatMap((each) => (each === undefined ? [] : [banner(each)])),
        ...(result === undefined ? [] : [winnerBanner(result)]),
      ],
      [...figures, comparedSection(comparison)],
    ),
    data: { id: 'comparison', value: comparisonWithoutSecrets(comparison) },
    files,
  });
}
