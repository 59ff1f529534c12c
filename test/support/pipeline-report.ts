import { type PipelineReport, pipelineReport } from '../../lib/contracts/pipelines.ts';

const from = '2026-01-24T00:00:00.000Z';
const to = '2026-01-31T00:00:00.000Z';
const range = { resolution: 'hour', from, to } as const;
const hours = 7 * 24;
const notEnough = { enough: false, reason: '0 of 8 hours have data', needed: '8 hours' } as const;
const id = '01JD2V8Q6Y0000000000000000';

/** Of a week in which the response time jumped on its sixth day, and was unusual in one hour before; of its CPU one point is known. */
export const weeksReport = (): PipelineReport =>
  pipelineReport.parse({
    checkId: id,
    project: 'shop',
    pipeline: 'weekly',
    createdAt: to,
    status: 'breached',
    steps: [{ name: 'load-test', status: 'completed', detail: '10 requests' }],
    findings: { testId: id, regressions: 1 },
    breaches: [{ limit: 'maxP95ResponseTimeMs', expected: 1000, actual: 1500 }],
    from,
    to,
    course: {
      ...range,
      stepSeconds: 3600,
      series: [
        {
          metric: 'avgResponseTimeMs',
          unit: 'ms',
          values: Array.from({ length: hours }, (_, hour) =>
            hour === 7 ? null : hour === 50 ? 900 : hour < 120 ? 100 : 160,
          ),
        },
        {
          metric: 'requestsPerSecond',
          unit: '1/s',
          values: Array.from({ length: hours }, (_, hour) => 10 + (hour % 24)),
        },
        {
          metric: 'cpuPercent',
          unit: '%',
          values: Array.from({ length: hours }, (_, hour) => (hour === 3 ? 5 : null)),
        },
      ],
    },
    trends: { ...range, series: [] },
    anomalies: {
      ...range,
      series: [
        {
          metric: 'avgResponseTimeMs',
          unit: 'ms',
          found: {
            enough: true,
            points: hours,
            anomalies: [
              {
                from: '2026-01-26T02:00:00.000Z',
                to: '2026-01-26T03:00:00.000Z',
                peakAt: '2026-01-26T02:00:00.000Z',
                score: 0.9,
                kind: 'jump',
                value: 900,
                expected: 100,
                low: 90,
                high: 110,
              },
            ],
          },
        },
      ],
    },
    changePoints: {
      ...range,
      resolution: 'day',
      loadTests: [],
      series: [
        {
          metric: 'avgResponseTimeMs',
          unit: 'ms',
          found: {
            enough: true,
            points: 90,
            changePoints: [
              {
                at: '2026-01-29T00:00:00.000Z',
                between: { from: '2026-01-28T00:00:00.000Z', to: '2026-01-30T00:00:00.000Z' },
                before: 100,
                after: 160,
                changePercent: 60,
                pValue: 0.001,
                verdict: 'regression',
              },
              {
                at: '2025-12-01T00:00:00.000Z',
                between: { from: '2025-11-30T00:00:00.000Z', to: '2025-12-02T00:00:00.000Z' },
                before: 90,
                after: 100,
                pValue: 0.001,
                verdict: 'regression',
              },
            ],
          },
        },
      ],
    },
    peaks: {
      found: {
        enough: true,
        from,
        to,
        throughput: { instantaneous: { value: 40, from, to } },
        byDay: Array.from({ length: 7 }, (_, day) => ({
          day: `2026-01-${24 + day}`,
          requestsPerSecond: 20,
          peakRequestsPerSecond: 30 + day,
        })),
        byWeek: [],
        profile: [],
        busiest: [],
        headroom: notEnough,
      },
    },
    capacity: { found: notEnough },
    budgets: [],
  });
