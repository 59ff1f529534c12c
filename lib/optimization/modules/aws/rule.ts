import type { Bottleneck, Evidence, OptimizationId } from '../../../contracts/analysis.ts';
import type { AwsFigures } from '../../../contracts/aws-metrics.ts';
import type { Change, ChangeOf } from '../../../contracts/optimizations.ts';
import { isoTime } from '../../../platform/clock.ts';
import type { AwsConfiguration } from '../../aws/configuration/model.ts';
import type { SweptFunction } from '../../aws/memory-sweep/choice.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import { placeOf } from '../../sides.ts';

/** What rules about AWS resources look at: an account, or a template of which nothing runs yet. */
export interface AwsView {
  configuration: AwsConfiguration;
  /** Absent: nothing was measured. */
  figures?: AwsFigures;
  bottlenecks: readonly Bottleneck[];
  /** Requests per second by the hour, in epoch milliseconds. Empty: not known. */
  traffic: ReadonlyMap<number, number>;
  /** What the newest memory sweep of each function found. */
  sweeps?: ReadonlyMap<string, SweptFunction>;
  /** ISO 8601: what the evidence covers. */
  from: string;
  to: string;
}

/** What a rule found about one resource. `changes` are kept where Headroom may make them. */
export interface AwsFinding extends Proposed {
  service: ChangeOf<'aws'>['service'];
  /** As the configuration calls it. */
  resource: string;
}

export interface AwsRule {
  readonly name: string;
  readonly optimizationId: OptimizationId;
  examine(view: AwsView): AwsFinding[];
}

/** A rule as a module: its findings in the account, as proposals. */
export const awsModule = (rule: AwsRule): OptimizationModule => ({
  name: rule.name,
  optimizationId: rule.optimizationId,
  plan({
    aws,
    awsFigures,
    bottlenecks,
    hourlyTraffic = new Map(),
    period,
    placesChangedAt = new Map(),
    memorySweeps: sweeps,
  }) {
    if (aws === undefined) return [];
    const view: AwsView = {
      configuration: aws,
      bottlenecks,
      traffic: hourlyTraffic,
      from: awsFigures?.from ?? isoTime(period.from),
      to: awsFigures?.to ?? aws.readAt,
      ...(awsFigures === undefined ? {} : { figures: awsFigures }),
      ...(sweeps === undefined ? {} : { sweeps }),
    };
    const measuredFrom = Date.parse(view.from);
    const isMeasuredSince = (change: Change): boolean => (placesChangedAt.get(placeOf(change)) ?? 0) < measuredFrom;
    return rule
      .examine(view)
      .filter(({ changes }) => changes.every(isMeasuredSince))
      .map((finding) => proposedOf(finding, aws));
  },
});

function proposedOf(finding: AwsFinding, configuration: AwsConfiguration): Proposed {
  const { service: _, resource, ...found } = finding;
  const subject = found.subject ?? resource;
  const alias = aliasOf(configuration, finding);
  if (alias !== undefined) {
    const description = `${found.description} Callers come by the alias ${alias}, whose version stays as it was published: publish one with it, and move the alias.`;
    return { ...found, subject, description, changes: [] };
  }
  if (found.changes.length === 0 || isManaged(configuration, resource)) return { ...found, subject };
  const description = `${found.description} Headroom can do it once ${resource} has the tag headroom:managed=true.`;
  return { ...found, subject, description, changes: [] };
}

/** What a version of a function keeps as it was published. */
const ofVersions = /^(memorySize|timeout)$/;

/**
 * The alias of a published version by which callers may come. Who does gets what was published: a change of the function itself would
 * come to nothing for them, and measuring it would find that it makes nothing slower.
 */
function aliasOf({ lambdas }: AwsConfiguration, { service, resource, changes }: AwsFinding): string | undefined {
  const isOfVersions = changes.some((change) => change.kind === 'aws' && ofVersions.test(change.property));
  if (service !== 'lambda' || !isOfVersions) return undefined;
  const { aliases = [] } = lambdas.find(({ name }) => name === resource) ?? {};
  return aliases.find(({ version }) => version !== '$LATEST')?.name;
}

const isManaged = ({ lambdas, apis, tables, queues, caches }: AwsConfiguration, resource: string): boolean =>
  [...lambdas, ...apis, ...tables, ...queues, ...caches].some(({ name, isManaged }) => name === resource && isManaged);

export const awsChange = (
  service: ChangeOf<'aws'>['service'],
  resource: string,
  property: string,
  before: ChangeOf<'aws'>['before'],
  after: ChangeOf<'aws'>['after'],
): Change => ({ kind: 'aws', service, resource, property, before, after });

export const evidenceOf = (
  { from, to }: Pick<AwsView, 'from' | 'to'>,
  metric: string,
  subject: string,
  values: Readonly<Record<string, number | undefined>>,
): Evidence => ({
  metric,
  subject,
  from,
  to,
  // What is not known is absent.
  values: Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  ),
});

/** Advice: somebody else has to do it, in code or in a template. */
export const advice: Pick<Proposed, 'changes' | 'requiresRestart' | 'reversible'> = {
  changes: [],
  requiresRestart: false,
  reversible: true,
};
