import type { ComponentChildren } from 'preact';
import { usePolled } from '../api/use-polled.ts';
import { ScoreBadge } from '../components/badge.tsx';
import { Chooser } from '../components/chooser.tsx';
import { Page } from '../components/page.tsx';
import { Tabs } from '../components/tabs.tsx';
import { useApi } from '../session/session.tsx';
import { type RangeName, ranges, useRange } from './use-range.ts';

const everyMs = 15_000;
const rangeOptions = Object.entries(ranges).map(([value, { label }]) => ({ value: value as RangeName, label }));

const tabs = [
  { path: '', label: 'Over time' },
  { path: '/endpoints', label: 'Endpoints' },
  { path: '/requests', label: 'Requests' },
  { path: '/queries', label: 'Queries' },
  { path: '/resources', label: 'Resources' },
  { path: '/objectives', label: 'Objectives' },
];

interface ProjectFrameProps {
  project: string;
  /** What the page shows goes back as far as the reader chooses. Default: true. */
  hasRange?: boolean;
  /** Beside the range. */
  resolutions?: ComponentChildren;
  children: ComponentChildren;
}

/** What every page of a project's performance begins with: its name, its score of now, and the way to the others. */
export function ProjectFrame({ project, hasRange = true, resolutions, children }: ProjectFrameProps) {
  const api = useApi();
  const { range, choose } = useRange();
  const status = usePolled((signal) => api.call('getProjectStatus', { params: { project }, signal }), [project], {
    everyMs,
  });
  const chooser = (
    <>
      {resolutions}
      <Chooser label="Range" options={rangeOptions} value={range} onValue={(next) => choose({ range: next })} />
    </>
  );
  const base = `/dashboard/projects/${project}`;
  const query = range === '1h' ? '' : `?range=${range}`;
  return (
    <Page
      title={project}
      beside={status.data !== undefined && <ScoreBadge score={status.data.healthScore} />}
      lead={status.data === undefined ? '\u00a0' : reportingInWords(status.data.reporting)}
      actions={hasRange ? chooser : undefined}
    >
      <Tabs label="Performance" links={tabs.map(({ path, label }) => ({ href: `${base}${path}${query}`, label }))} />
      {children}
    </Page>
  );
}

function reportingInWords({
  isReporting,
  instances,
  lastReportAt,
}: {
  isReporting: boolean;
  instances: number;
  lastReportAt?: string | undefined;
}): string {
  if (isReporting) return `${instances} ${instances === 1 ? 'instance reports' : 'instances report'}`;
  return lastReportAt === undefined
    ? 'Nothing has reported from inside this service yet'
    : 'The service has stopped reporting';
}
