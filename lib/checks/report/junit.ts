import type { Budget } from '../../contracts/budgets.ts';
import { checkLimitList } from '../../contracts/check-limits.ts';
import type { Breach, Check } from '../../contracts/checks.ts';
import { decimal } from '../../contracts/figures.ts';
import { type Case, junitDocument } from '../../load/report/junit-suite.ts';

/** A check for CI, as JUnit XML: one case for that it was carried out, one for each limit, one for each objective. */
export function junitReport(check: Check): string {
  const { project, checkId, createdAt, endedAt, status, analysis } = check;
  const score = analysis?.performanceScore;
  return junitDocument({
    name: `${project}: check`,
    classname: `headroom.${project}.check`,
    startedAt: createdAt,
    seconds: endedAt === undefined ? undefined : (Date.parse(endedAt) - Date.parse(createdAt)) / 1000,
    properties: [
      ['checkId', checkId],
      ['status', status],
      ...(score === undefined ? [] : ([['performanceScore', score]] satisfies [string, number][])),
    ],
    cases: casesOf(check),
  });
}

function casesOf({ status, reason, request, loadTest, analysis, objectives = [], breaches }: Check): Case[] {
  const wasRun = status !== 'failed';
  const figures = { loadTest, score: analysis?.performanceScore };
  const open = new Map(breaches.map((breach) => [breach.limit, breach]));
  const take = (limit: string): Breach | undefined => {
    const breach = open.get(limit);
    open.delete(limit);
    return breach;
  };
  const limits = checkLimitList.map(({ name, title, unit, bound, actual }): Case => {
    const breach = take(name);
    const found = actual(figures);
    return {
      name: `${title} ${bound} ${decimal(request.limits[name])}${unit}`,
      ...(breach === undefined ? {} : { failure: `It was ${decimal(breach.actual)}${unit} (${breach.actual}).` }),
      ...(wasRun && found !== undefined ? {} : { skipped: 'It was not measured.' }),
    };
  });
  const ofObjectives = objectives.map((budget) => objectiveCase(budget, take(budget.description)));
  const others = [...open.values()].map(
    ({ limit, expected, actual }): Case => ({ name: limit, failure: `It was ${actual}, and not ${expected}.` }),
  );
  const ran = { name: 'the check was carried out', failure: wasRun ? undefined : (reason ?? 'No reason was given.') };
  return [ran, ...limits, ...ofObjectives, ...others];
}

/** What is missed and does not count is not passed, and does not fail the build either. */
function objectiveCase({ description, status, value, reason }: Budget, breach: Breach | undefined): Case {
  if (status === 'met') return { name: description };
  if (status === 'not-enough-data') return { name: description, skipped: reason ?? 'There is not enough data.' };
  const found = value === undefined ? 'It is missed.' : `It is missed: ${decimal(value)} (${value}).`;
  return { name: description, [breach === undefined ? 'skipped' : 'failure']: found };
}
