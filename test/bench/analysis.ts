import { changePoints } from './analysis/measures/change-points.ts';
import { falseAlarms } from './analysis/measures/false-alarms.ts';
import { forecasts } from './analysis/measures/forecasts.ts';
import { judgeRuns } from './analysis/measures/judge-runs.ts';
import { nab } from './analysis/measures/nab.ts';
import { tcpd } from './analysis/measures/tcpd.ts';
import { usl } from './analysis/measures/usl.ts';
import { year } from './analysis/measures/year.ts';
import { benchOptions } from './frame/options.ts';
import { runBench } from './frame/run-bench.ts';

/** `npm run bench:analysis`: whether the analysis finds what is there, and keeps still where nothing is. */
const measures = [nab, falseAlarms, tcpd, changePoints, forecasts, usl, year, judgeRuns];

await runBench(measures, benchOptions('analysis', measures, process.argv.slice(2)), {
  print: (text) => console.log(text),
  progress: (text) => console.error(text),
});
