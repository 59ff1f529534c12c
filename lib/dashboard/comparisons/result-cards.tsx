import { useMemo } from 'preact/hooks';
import type { ComparisonResult, ConfigurationResult } from '../../contracts/comparisons.ts';
import { roundPlots } from '../../pages/load-plots/rounds.ts';
import { generatorFaults } from '../../pages/load-words.ts';
import { formats } from '../../pages/units.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Facts } from '../components/facts.tsx';
import { figureColumn } from '../components/figure-column.tsx';
import { Notice } from '../components/notice.tsx';
import { CostCard } from '../load/result/cost-card.tsx';
import { PlotFigure } from '../plots/plot-figure.tsx';

interface Row {
  name: string;
  isBest: boolean;
  figures: ConfigurationResult;
}

const columns: readonly Column<Row>[] = [
  {
    header: 'Configuration',
    sortBy: ({ name }) => name,
    cell: ({ name, isBest }) => (
      <>
        <b>{name}</b> {isBest && <Badge tone="good">best</Badge>}
      </>
    ),
  },
  figureColumn('Mean', 'ms', ({ figures }) => figures.avgResponseTimeMs),
  figureColumn('p50', 'ms', ({ figures }) => figures.p50ResponseTimeMs),
  figureColumn('p95', 'ms', ({ figures }) => figures.p95ResponseTimeMs),
  figureColumn('p99', 'ms', ({ figures }) => figures.p99ResponseTimeMs),
  figureColumn('Throughput', 'perSecond', ({ figures }) => figures.requestsPerSecond),
  figureColumn('Successful', 'percent', ({ figures }) => figures.successRatePercent),
  figureColumn('Varies by', 'percent', ({ figures }) => figures.coefficientOfVariationPercent),
  figureColumn('Score', 'count', ({ figures }) => figures.performanceScore),
  figureColumn('Requests', 'count', ({ figures }) => figures.requests),
];

/** Who won and by how much, or why nobody did, and what it rests on. */
export function ComparisonResultCards({ result }: { result: ComparisonResult }) {
  const {
    results,
    bestConfiguration: best,
    detailedAnalysis: analysis,
    generator,
    rounds,
    testDurationSeconds,
  } = result;
  const plots = useMemo(() => roundPlots(result), [result]);
  return (
    <>
      {generator.verdict !== 'ok' && (
        <Notice tone="doubtful" title={generatorFaults[generator.verdict]}>
          <ul>
            {generator.reasons.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Winner result={result} />
      <Card title="Configurations">
        <DataTable
          caption="Configurations"
          columns={columns}
          rows={Object.entries(results).map(([name, figures]) => ({ name, isBest: name === best?.name, figures }))}
          rowKey={({ name }) => name}
        />
      </Card>
      {plots.map((plot) => (
        <Card key={plot.name} title="Round by round">
          <PlotFigure plot={plot} />
        </Card>
      ))}
      <Card title="In short">
        <Facts
          of={[
            ['Biggest gain', analysis.biggestGain ?? 'none'],
            ['Most stable', analysis.mostStable ?? 'none'],
            ['Most efficient', analysis.mostEfficient ?? 'none'],
            ['Rounds', formats.count(rounds)],
            ['Duration', formats.duration(Math.round(testDurationSeconds))],
          ]}
        />
      </Card>
      <CostCard cost={result.cost} />
    </>
  );
}

function Winner({ result: { bestConfiguration: best, noWinner } }: { result: ComparisonResult }) {
  if (best === null) {
    return (
      <Notice tone="plain" title="No winner.">
        <p>{noWinner ?? 'The differences are too small to tell.'}</p>
      </Notice>
    );
  }
  const { name, improvementPercent, interval, advantages } = best;
  return (
    <Notice
      tone="good"
      title={`${name} is the best: its mean response time is ${formats.percent(improvementPercent)} shorter than the next best’s (95 %: ${formats.percent(interval.lowPercent)} to ${formats.percent(interval.highPercent)}).`}
    >
      {advantages.length > 0 && (
        <ul>
          {advantages.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
