import { useMemo } from 'preact/hooks';
import type { LoadTest } from '../../../contracts/load.ts';
import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { generatorFaults, loadInWords, testKind } from '../../../pages/load-words.ts';
import { formats, unmeasured } from '../../../pages/units.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { Figure } from '../../components/figure.tsx';
import { Moment } from '../../components/moment.tsx';
import { Notice } from '../../components/notice.tsx';
import { PlotFigure } from '../../plots/plot-figure.tsx';
import { GeneratorBadge, StatusBadge } from '../test-state.tsx';
import { type ComparedFigure, changePercent, comparedFigures } from './compared-figures.ts';
import { NoiseNotice } from './noise-notice.tsx';
import { overlaidPlot } from './overlaid-histograms.ts';

interface Runs {
  project: string;
  a: LoadTest;
  b: LoadTest;
}

export function ComparedRuns({ project, a, b }: Runs) {
  const [ofA, ofB] = [a.result, b.result];
  const faults = faultsOf({ a, b });
  return (
    <div class="cards">
      <div class="cards two">
        <RunCard name="A" project={project} test={a} />
        <RunCard name="B" project={project} test={b} />
      </div>
      {ofA === undefined || ofB === undefined ? (
        <Empty title="One of them has measured nothing" />
      ) : (
        <>
          {faults.map(({ title, detail }) => (
            <Notice key={title} tone="doubtful" title={title}>
              {detail !== undefined && <p>{detail}</p>}
            </Notice>
          ))}
          <NoiseNotice a={ofA} b={ofB} isFair={faults.length === 0} />
          <Figures a={ofA} b={ofB} />
        </>
      )}
    </div>
  );
}

const RunCard = ({ name, project, test }: { name: string; project: string; test: LoadTest }) => (
  <Card title={`${name}: ${testKind(test.kind)}`} actions={<StatusBadge status={test.status} />}>
    <Facts
      of={[
        ['Started', <Moment at={test.startedAt ?? test.createdAt} />],
        ['Load', loadInWords(test.request)],
        ['Generator', test.result && <GeneratorBadge verdict={test.result.generator.verdict} />],
        ['Test', <a href={`/dashboard/projects/${project}/load-tests/${test.testId}`}>{test.testId}</a>],
      ]}
    />
  </Card>
);

/** What makes figures of two runs say nothing of each other. */
function faultsOf({ a, b }: Omit<Runs, 'project'>): { title: string; detail?: string }[] {
  const loadOf = ({ kind, request: { thresholds: _, ...request } }: LoadTest): string =>
    JSON.stringify([kind, request]);
  const limited = [a, b].flatMap(({ result }) => {
    const verdict = result?.generator.verdict ?? 'ok';
    return verdict === 'ok' ? [] : [generatorFaults[verdict]];
  });
  return [
    ...(loadOf(a) === loadOf(b) ? [] : [{ title: 'The two were not asked for alike.', detail: unlike }]),
    ...limited.slice(0, 1).map((title) => ({ title })),
  ];
}

const unlike = 'Their load, their requests or their kind differ, so that their figures may differ for that alone.';

/** Too little to be called a change, whatever it is of. */
const sameBelowPercent = 0.5;

function Change({ figure }: { figure: ComparedFigure }) {
  const change = changePercent(figure);
  if (change === undefined) return <span class="none">{unmeasured}</span>;
  const isBetter = figure.better === 'less' ? change < 0 : change > 0;
  const tone: Tone =
    figure.better === undefined || Math.abs(change) < sameBelowPercent ? 'plain' : isBetter ? 'good' : 'bad';
  return (
    <Badge tone={tone}>
      {formats.change(change)}
      {tone === 'plain' ? '' : isBetter ? ' better' : ' worse'}
    </Badge>
  );
}

const columns: readonly Column<ComparedFigure>[] = [
  { header: 'Figure', cell: ({ name }) => name },
  { header: 'A', kind: 'number', cell: ({ a, unit }) => <Figure value={a} unit={unit} /> },
  { header: 'B', kind: 'number', cell: ({ b, unit }) => <Figure value={b} unit={unit} /> },
  { header: 'From A to B', kind: 'number', cell: (figure) => <Change figure={figure} /> },
];

function Figures({ a, b }: { a: LoadTestResult; b: LoadTestResult }) {
  const plot = useMemo(() => overlaidPlot(a, b), [a, b]);
  return (
    <div class="cards two">
      <Card title="Figures side by side">
        <DataTable
          caption="Figures side by side"
          columns={columns}
          rows={comparedFigures(a, b)}
          rowKey={({ name }) => name}
        />
      </Card>
      <Card title="Distributions over each other">
        {plot === undefined ? <p class="note">There is no histogram of both.</p> : <PlotFigure plot={plot} />}
      </Card>
    </div>
  );
}
