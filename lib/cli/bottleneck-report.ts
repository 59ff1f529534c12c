import type { Analysis, Bottleneck, Evidence } from '../contracts/analysis.ts';
import { decimal } from '../contracts/figures.ts';
import { percentage, spaced } from './figures.ts';
import { shortened, unbroken, wrapped } from './fit.ts';
import type { Look } from './terminal.ts';

/** What slows a service down, the worst first: what it is, what it rests on, what to do. */
export function bottleneckReport({ bottlenecks, performanceScore }: Analysis, look: Look): string[] {
  const { bold } = look.colours;
  if (bottlenecks.length === 0) {
    return [`${bold('Bottlenecks')} ${performanceScore === undefined ? 'unknown' : 'none found'}`];
  }
  const findings = bottlenecks.flatMap((each, index) => ['', ...finding(each, index + 1, look)]);
  return [bold('Bottlenecks'), ...findings.slice(1)];
}

const margin = ' '.repeat(5);

const kinds: Record<Bottleneck['type'], string> = {
  'slow-endpoint': 'slow endpoint',
  'slow-query': 'slow query',
  'n-plus-one': 'N+1 queries',
  'missing-cache': 'missing cache',
  'cache-misses': 'cache misses',
  pool: 'pool of connections',
  'cpu-bound': 'computes',
  'slow-upstream': 'slow upstream',
  errors: 'errors',
  throttles: 'throttled',
  'cold-starts': 'Cold starts',
  cpu: 'CPU',
  'memory-leak': 'Memory leak',
  gc: 'Garbage collection',
  memory: 'Memory',
  'event-loop': 'Event loop',
};

function finding(bottleneck: Bottleneck, rank: number, { colours, width }: Look): string[] {
  const { type, component, issue, performanceImpact, predicted, evidence, recommendation } = bottleneck;
  const impact = `impact ${percentage(performanceImpact)}`;
  const kind = kinds[type] === component ? impact : `${kinds[type]}, ${impact}`;
  const title = shortened(component, width - margin.length - kind.length - 3);
  return [
    `  ${rank}. ${colours.bold(title)} ${colours.dim(`(${kind})`)}`,
    ...wrapped(issue, width, margin),
    ...evidenceLines(evidence, component, width).map(colours.dim),
    ...wrapped(without(predicted), width, margin),
    ...wrapped(`-> ${recommendation}`, width, margin, `${margin}   `).map((line) =>
      line.replace('->', colours.cyan('->')),
    ),
  ];
}

/** What the service would be like without it, as far as that was recorded. */
function without({ avgResponseTimeMs, errorRatePercent }: NonNullable<Bottleneck['predicted']> = { endpoints: [] }) {
  const changes = [
    avgResponseTimeMs === undefined
      ? []
      : `response time ${decimal(avgResponseTimeMs.before)} -> ${decimal(avgResponseTimeMs.after)} ms in the mean`,
    errorRatePercent === undefined
      ? []
      : `errors ${decimal(errorRatePercent.before)} -> ${decimal(errorRatePercent.after)} %`,
  ].flat();
  return changes.length === 0 ? '' : `Without it: ${changes.join(', ')}.`;
}

/** Each subject is named once, above its figures; the component itself not at all. */
function evidenceLines(evidence: readonly Evidence[], component: string, width: number): string[] {
  const bySubject = Map.groupBy(evidence, ({ subject }) => subject);
  return [...bySubject].flatMap(([subject, about]) => {
    const isComponent = subject === component;
    const indent = isComponent ? margin : `${margin}  `;
    const figures = about.flatMap((each) => wrapped(figuresOf(each), width, indent, `${indent}  `));
    return isComponent ? figures : [margin + shortened(subject, width - margin.length), ...figures];
  });
}

const figuresOf = ({ metric, values }: Evidence): string =>
  `${figureName(metric.replaceAll('.', ' '))}: ${Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => unbroken(`${figureName(name)} ${decimal(value)}${unitOf(name)}`))
    .join(', ')}`;

const units: readonly [suffix: RegExp, unit: string][] = [
  [/Ms(Threshold)?$/, ' ms'],
  [/Percent(Threshold)?$/, ' %'],
  [/Mb(Threshold)?$/, ' MB'],
];

const unitOf = (name: string): string => units.find(([suffix]) => suffix.test(name))?.[1] ?? '';

/** `requestTimeSharePercent` -> `request time share`. */
const figureName = (name: string): string => spaced(units.reduce((left, [suffix]) => left.replace(suffix, '$1'), name));
