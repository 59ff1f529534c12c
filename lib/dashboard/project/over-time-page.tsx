import { usePolled } from '../api/use-polled.ts';
import { Chooser } from '../components/chooser.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useApi } from '../session/session.tsx';
import { KeyFigures } from './key-figures.tsx';
import { OverTime } from './over-time.tsx';
import { ProjectFrame } from './project-frame.tsx';
import { Recommendations } from './recommendations.tsx';
import { ranges, useRange } from './use-range.ts';

const everyMs = 15_000;

export default function OverTimePage({ project }: { project: string }) {
  const api = useApi();
  const { range, resolution } = useRange();
  const summary = usePolled(
    (signal) => api.call('getSummary', { params: { project }, query: { minutes: 5 }, signal }),
    [project],
    { everyMs },
  );
  return (
    <ProjectFrame project={project} resolutions={<ResolutionChooser />}>
      <div class="cards">
        <Loaded of={summary} skeleton={<KeyFigures summary={undefined} />}>
          {(known) => <KeyFigures summary={known} />}
        </Loaded>
        <OverTime project={project} minutes={ranges[range].minutes} resolution={resolution} />
        <Recommendations project={project} />
      </div>
    </ProjectFrame>
  );
}

function ResolutionChooser() {
  const { range, resolution, choose } = useRange();
  const { resolutions } = ranges[range];
  if (resolutions.length < 2) return null;
  const options = [{ value: 'auto' as const, label: 'Auto' }, ...resolutions.map((value) => ({ value, label: value }))];
  return (
    <Chooser
      label="Resolution"
      options={options}
      value={resolution ?? 'auto'}
      onValue={(next) => choose({ range, resolution: next === 'auto' ? undefined : next })}
    />
  );
}
