import { type Regression, recentRegressions, regressionEvidence } from '../../analysis/findings/change-findings.ts';
import type { ChangePoints } from '../../contracts/history-analysis/change-points.ts';
import type { Course } from '../../contracts/history-analysis/course.ts';
import type { Finding } from '../lifecycle/observation.ts';
import { severityOf } from '../severity.ts';
import { windowOf } from './course-window.ts';

/** The figures, of the service and of its load tests, whose level changed to the worse of late and has not come back. */
export const regressed = (project: string, changes: ChangePoints, course: Course): Map<string, Finding> =>
  new Map(
    recentRegressions(changes).map((each) => {
      const { shown, ...found } = findingOf(project, each, changes.to);
      return [each.component, { ...found, shown: { ...shown, ...windowOf(course, each.component) } }];
    }),
  );

const shown = (value: number): number => Number(value.toPrecision(4));

function findingOf(project: string, regression: Regression, to: string): Finding {
  const { component, unit = '', change } = regression;
  const { at, before, after, changePercent, testId } = change;
  const ratio = before > 0 && after > before ? after / before : 1;
  const by = changePercent === undefined ? '' : `, by ${shown(changePercent)} %`;
  const since = testId === undefined ? at : `the load test ${testId} of ${at}`;
  return {
    severity: severityOf(ratio) ?? 'low',
    reason: `${component} went from ${shown(before)} to ${shown(after)} ${unit}${by}, and has stayed there since ${since}.`,
    shown: {
      value: after,
      threshold: before,
      ratio: Math.min(100, Number(ratio.toFixed(3))),
      unit,
      analysis: `/v1/projects/${project}/change-points`,
      evidence: [regressionEvidence(regression, to)],
    },
  };
}
