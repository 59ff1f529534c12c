import type { PipelineReport } from '../../contracts/pipelines.ts';
import { bodyOf, heading } from '../../pages/body.ts';
import { documentOf } from '../../pages/document.ts';
import { figure } from '../../pages/figures.ts';
import { type Markup, markup } from '../../pages/markup.ts';
import type { PageFiles } from '../../pages/page-files.ts';
import { facts, type Row, section, table } from '../../pages/table.ts';
import { historySections } from './history-sections.ts';
import { loadTestSection } from './load-test-section.ts';
import type { PageData } from './page-data.ts';

/** The report of a run of the pipeline as one HTML file, which loads nothing. */
export function pipelinePage(data: PageData, files: PageFiles): string {
  const { report, loadTest } = data;
  const { project, pipeline } = report;
  const title = `Report of ${project}: ${pipeline}`;
  return documentOf({
    title,
    body: bodyOf(
      headline(title, report),
      [],
      [
        findingsSection(report),
        breachSection(report),
        stepSection(report),
        loadTest && loadTestSection(loadTest),
        ...historySections(report),
      ],
    ),
    data: { id: 'pipeline-report', value: data },
    files,
  });
}

const headline = (title: string, { status, createdAt, from, to, checkId }: PipelineReport): Markup =>
  heading(markup`${title} <span class="status ${status}">${status}</span>`, [
    moment(createdAt),
    markup`of ${moment(from)} to ${moment(to)}`,
    markup`<code>${checkId}</code>`,
  ]);

const moment = (timestamp: string): Markup => figure(Date.parse(timestamp) / 1000, 'moment');

const findingsSection = ({ findings, scheduledBy }: PipelineReport): Markup | undefined =>
  section(
    'findings',
    'Findings',
    facts([
      ['Score', figure(findings.performanceScore, 'bare')],
      ['Hit rate of caches', figure(findings.cacheHitRatePercent, 'percent')],
      ['Regressions of late', figure(findings.regressions, 'bareCount')],
      ['Load test', findings.testId],
      ['Optimization', findings.optimizationRunId],
      ['Due by the schedule', scheduledBy && moment(scheduledBy.scheduledFor)],
      ['Missed before it', scheduledBy && figure(scheduledBy.missed, 'bareCount')],
      ['Daylight saving', scheduledBy?.note],
    ]),
  );

function breachSection({ breaches }: PipelineReport): Markup | undefined {
  if (breaches.length === 0) return undefined;
  const rows = breaches.map(
    ({ limit, expected, actual }): Row => ({
      cells: [limit, figure(expected, 'bare'), figure(actual, 'bare')],
      tone: 'bad',
    }),
  );
  const columns = [
    { label: 'Limit' },
    { label: 'Expected', kind: 'number' as const },
    { label: 'Measured', kind: 'number' as const },
  ];
  return section('breaches', 'Limits that broke', table('Limits that broke', columns, rows));
}

function stepSection({ steps }: PipelineReport): Markup | undefined {
  // The report is written while its own step is taken.
  const rows = steps
    .filter(({ name }) => name !== 'report')
    .map(
      ({ name, status, detail }): Row => ({
        cells: [name, status, detail],
        tone: status === 'failed' ? 'bad' : undefined,
      }),
    );
  const columns = [{ label: 'Step' }, { label: 'Came to' }, { label: 'Detail', kind: 'long' as const }];
  return section('steps', 'Steps', table('Steps', columns, rows));
}
