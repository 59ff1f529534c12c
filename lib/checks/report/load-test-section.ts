import type { LoadTestResult } from '../../contracts/load-result.ts';
import { keyFigures } from '../../load/report/sections/key-figures.ts';
import { plotsOf } from '../../pages/load-plots/plots.ts';
import type { Markup } from '../../pages/markup.ts';
import { plotPlaces } from '../../pages/plot-places.ts';
import { section } from '../../pages/table.ts';

const shown = ['stress-throughput', 'stress-response-times', 'throughput', 'response-times'];

/** How the load test of a run went; the rest stands in the test's own report. */
export const loadTestSection = (result: LoadTestResult): Markup | undefined =>
  section('load-test', 'Load test', keyFigures(result), plotPlaces(plotsOf(result), shown));
