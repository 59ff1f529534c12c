import { anomalies } from '../history-analysis/anomalies.ts';
import { capacityAnswer } from '../history-analysis/capacity.ts';
import { changePoints } from '../history-analysis/change-points.ts';
import { forecastQuery, forecasts } from '../history-analysis/forecast.ts';
import { peaks, peaksQuery } from '../history-analysis/peaks.ts';
import { seriesQuery } from '../history-analysis/series.ts';
import { trends } from '../history-analysis/trends.ts';
import { analytics, recommendationList, recommendationsQuery } from '../recommendations.ts';
import { inProject, ok, type Route } from '../route.ts';
import { metricsQuery } from '../telemetry.ts';

const view = {
  method: 'GET',
  tag: 'Analysis',
  scope: 'read',
  function: 'analysis-api',
  params: inProject,
  problems: ['not-found'],
} as const satisfies Partial<Route>;

/** What history says. Each answers what it claims with intervals, or `enough: false` with what is missing. */
export const analysisViewRoutes = {
  getTrends: {
    ...view,
    path: '/v1/projects/{project}/trends',
    summary: 'Which figures rise or fall, how fast, and how sure that is; of the last week',
    query: seriesQuery,
    answers: ok(trends),
  },
  getPeaks: {
    ...view,
    path: '/v1/projects/{project}/peaks',
    summary: 'The highest throughput and concurrency, when they come, and the headroom left',
    query: peaksQuery,
    answers: ok(peaks),
  },
  getAnomalies: {
    ...view,
    path: '/v1/projects/{project}/anomalies',
    summary: 'Where figures were not as they usually are; of the last two weeks',
    query: seriesQuery,
    answers: ok(anomalies),
  },
  getChangePoints: {
    ...view,
    path: '/v1/projects/{project}/change-points',
    summary: 'Where the level of a figure changed for good, in telemetry and in load tests; of the last 90 days',
    query: seriesQuery,
    answers: ok(changePoints),
  },
  getForecast: {
    ...view,
    path: '/v1/projects/{project}/forecast',
    summary: 'What figures will be, with intervals; from the last two weeks',
    query: forecastQuery,
    answers: ok(forecasts),
  },
  getCapacity: {
    ...view,
    path: '/v1/projects/{project}/capacity',
    summary: 'What the service bears by its newest stress test, and when demand will reach it',
    answers: ok(capacityAnswer),
  },
  listRecommendations: {
    ...view,
    path: '/v1/projects/{project}/recommendations',
    summary: 'What to do, the most worthwhile first, each with its evidence',
    query: recommendationsQuery,
    answers: ok(recommendationList),
  },
  getAnalytics: {
    ...view,
    path: '/v1/projects/{project}/analytics',
    summary: 'Health score and recommendations over the last minutes, for dashboards',
    query: metricsQuery,
    answers: ok(analytics),
  },
} as const satisfies Record<string, Route>;
