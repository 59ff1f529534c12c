import { describe, expect, it } from 'vitest';
import type { LoadTest } from '../../../../lib/contracts/load.ts';
import type { reportFormats } from '../../../../lib/contracts/routes/load-report.ts';
import { reportHandlers } from '../../../../lib/load/report/handlers.ts';
import { render } from '../../../../lib/platform/http/answer.ts';
import { basicTest, cancelledTest } from '../../../support/load-tests/fixtures.ts';
import { measuredResult } from '../../../support/measured-result.ts';

const report = async (test: LoadTest, format: (typeof reportFormats)[number]) => {
  const { getLoadTestReport } = reportHandlers(async () => test, {
    pageFiles: async () => ({ script: '1', style: 'b{}' }),
  });
  const { project, testId } = test;
  const answer = await getLoadTestReport({
    params: { project, testId },
    query: { format },
    headers: undefined,
    body: undefined,
    caller: { kind: 'api-key', id: testId, name: 'a test', scope: 'read', projects: [] },
    idempotencyKey: undefined,
  });
  const { headers, body = '', isBase64Encoded } = render(answer);
  return { headers, text: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString() };
};

describe('The report of a load test', () => {
  it.each([
    ['html', 'text/html; charset=utf-8', 'html', /^<!doctype html>/],
    ['junit', 'application/xml; charset=utf-8', 'xml', /^<\?xml /],
    ['json', 'application/json', 'json', /^\{"testId"/],
  ] as const)('is answered as %s with its content type and a name', async (format, contentType, ending, begins) => {
    const { headers, text } = await report(basicTest(), format);
    expect(headers).toMatchObject({
      'content-type': contentType,
      'content-disposition': `inline; filename="load-test-${basicTest().testId}.${ending}"`,
      'x-content-type-options': 'nosniff',
    });
    expect(text).toMatch(begins);
  });

  it('is the test itself as JSON', async () => {
    expect(JSON.parse((await report(basicTest(), 'json')).text)).toEqual(basicTest());
  });

  it('fails no build, as JUnit, by a check that does not count', async () => {
    const thresholds = [{ threshold: 'http.codes.500 == 0', actual: 3, holds: false, advisory: true }];
    const { text } = await report({ ...basicTest(), result: { ...measuredResult, thresholds } }, 'junit');
    expect(text).toContain('failures="0"');
    expect(text).toContain('<skipped message="It was 3 (3)."');
  });

  it('may not be put into a frame, nor run what the page does not', async () => {
    const { headers } = await report(basicTest(), 'html');
    expect(headers?.['content-security-policy']).toMatch(/^default-src 'none'; .*; frame-ancestors 'none'$/);
  });

  it('does not exist before anything was measured, and does when nothing ever will be', async () => {
    for (const status of ['queued', 'running'] as const) {
      await expect(report({ ...cancelledTest(), status }, 'html')).rejects.toMatchObject({ code: 'conflict' });
    }
    expect((await report(cancelledTest(), 'junit')).text).toContain('The test is cancelled');
  });
});
