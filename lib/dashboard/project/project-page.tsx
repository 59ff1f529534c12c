import { usePolled } from '../api/use-polled.ts';
import { ScoreBadge } from '../components/badge.tsx';
import { Chooser } from '../components/chooser.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { useApi } from '../session/session.tsx';
import { KeyFigures } from './key-figures.tsx';
import { OverTime } from './over-time.tsx';
import { type RangeName, ranges, useRange } from './use-range.ts';

const everyMs = 15_000;
const rangeOptions = Object.entries(ranges).map(([value, { label }]) => ({ value: value as RangeName, label }));

export default function ProjectPage({ project }: { project: string }) {
  const api = useApi();
  const { range, choose } = useRange();
  const summary = usePolled(
    (signal) => api.call('getSummary', { params: { project }, query: { minutes: 5 }, signal }),
    [project],
    { everyMs },
  );
  const score = summary.data === undefined ? undefined : <ScoreBadge score={summary.data.healthScore} />;
  return (
    <Page
      title={project}
      beside={score}
      lead="The last five minutes, and how it came to them"
      actions={<Chooser label="Range" options={rangeOptions} value={range} onValue={choose} />}
    >
      <div class="cards">
        <Loaded of={summary}>{(known) => <KeyFigures summary={known} />}</Loaded>
        <OverTime project={project} minutes={ranges[range].minutes} />
      </div>
    </Page>
  );
}
