import type { LoadTest } from '../../contracts/load.ts';
import type { reportFormats } from '../../contracts/routes/load-report.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Handlers } from '../../platform/http/door.ts';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { pageHeaders, type ReportOptions, reportHeaders, reportPages } from './page-answer.ts';

interface Report {
  contentType: string;
  ending: string;
  headers?: Record<string, string>;
  body: string | Uint8Array;
}

/** @param get the test with its result, if it has one. @throws DomainError not-found */
export function reportHandlers(
  get: (project: string, testId: string) => Promise<LoadTest>,
  options: ReportOptions = {},
): Pick<Handlers<'load-api'>, 'getLoadTestReport'> {
  const pages = reportPages(options);
  const writers: Record<(typeof reportFormats)[number], (test: LoadTest) => Promise<Report>> = {
    html: async (test) => {
      const files = await pages();
      return {
        contentType: 'text/html; charset=utf-8',
        ending: 'html',
        headers: pageHeaders(files),
        body: htmlReport(test, files),
      };
    },
    junit: async (test) => ({ contentType: 'application/xml; charset=utf-8', ending: 'xml', body: junitReport(test) }),
    json: async (test) => ({
      contentType: 'application/json',
      ending: 'json',
      body: Buffer.from(JSON.stringify(test)),
    }),
  };

  return {
    async getLoadTestReport({ params: { project, testId }, query: { format } }) {
      const test = await get(project, testId);
      if (test.result === undefined && (test.status === 'queued' || test.status === 'running')) {
        throw new DomainError('conflict', `The load test is ${test.status}, and has measured nothing yet.`);
      }
      const { contentType, ending, headers = {}, body } = await writers[format](test);
      return {
        status: 200,
        contentType,
        headers: { ...reportHeaders(`load-test-${testId}.${ending}`), ...headers },
        body,
      };
    },
  };
}
