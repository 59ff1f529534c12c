import { checkRequest } from '../contracts/checks.ts';
import type { PipelineReport } from '../contracts/pipelines.ts';
import { pageAnswer, type ReportOptions, reportHeaders, reportPages } from '../load/report/page-answer.ts';
import type { LoadService } from '../load/service.ts';
import { DomainError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { PipelineReports } from './pipeline/reports.ts';
import type { PipelineService } from './pipeline/service.ts';
import { junitReport } from './report/junit.ts';
import type { PageData } from './report/page-data.ts';
import { pipelinePage } from './report/pipeline-page.ts';
import type { ScheduleService } from './schedules/service.ts';
import type { CheckService } from './service.ts';

interface Services {
  checks: CheckService;
  pipelines: PipelineService;
  reports: PipelineReports;
  schedules: ScheduleService;
  loadTests: Pick<LoadService, 'get'>;
}

export function checkHandlers(
  { checks, pipelines, reports, schedules, loadTests }: Services,
  options: ReportOptions = {},
): Handlers<'checks-api'> {
  const page = reportPages(options);
  return {
    startCheck: async ({ params: { project }, body, idempotencyKey }) => {
      const { loadTest, limits, ...choice } = body;
      const isPipeline = choice.pipeline !== undefined || choice.schedule !== undefined;
      const started = isPipeline
        ? await pipelines.start(project, choice, idempotencyKey)
        : await checks.start(project, checkRequest.parse({ loadTest, limits }), idempotencyKey);
      return { status: 202, body: started, headers: { location: `/v1/projects/${project}/checks/${started.checkId}` } };
    },
    listChecks: async ({ params, query }) => ({ status: 200, body: await checks.list(params.project, query) }),
    getCheck: async ({ params }) => ({ status: 200, body: await checks.get(params.project, params.checkId) }),
    getCheckReport: async ({ params: { project, checkId }, query: { format } }) => {
      const check = await checks.get(project, checkId);
      if (check.endedAt === undefined)
        throw new DomainError('conflict', `The check is ${check.status}: it has no verdict.`);
      if (check.kind === 'pipeline') {
        requireFormat(format, 'json', 'html');
        const report = await reports.get(checkId);
        if (format === 'html') {
          const files = await page();
          return pageAnswer(`report-${checkId}`, pipelinePage(await pageDataOf(report, loadTests), files), files);
        }
        return {
          status: 200,
          contentType: 'application/json',
          headers: reportHeaders(`report-${checkId}.json`),
          body: Buffer.from(JSON.stringify(report)),
        };
      }
      requireFormat(format, 'junit');
      return {
        status: 200,
        contentType: 'application/xml; charset=utf-8',
        headers: reportHeaders(`check-${checkId}.xml`),
        body: junitReport(check),
      };
    },
    getSchedule: async ({ params }) => ({ status: 200, body: await schedules.get(params.project) }),
    putSchedule: async ({ params, body }) => ({ status: 200, body: await schedules.put(params.project, body) }),
  };
}

/** With the load test of the run, which may have been forgotten before the report is. */
async function pageDataOf(report: PipelineReport, loadTests: Services['loadTests']): Promise<PageData> {
  const { testId } = report.findings;
  if (testId === undefined) return { report };
  try {
    const { result } = await loadTests.get(report.project, testId);
    return { report, ...(result === undefined ? {} : { loadTest: result }) };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not-found') return { report };
    throw error;
  }
}

function requireFormat(asked: string | undefined, ...given: readonly string[]): void {
  if (asked === undefined || given.includes(asked)) return;
  throw new DomainError('conflict', `Its report is of the format ${given.join(' or ')}.`);
}
