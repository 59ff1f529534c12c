import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchAlarmType } from '../../contracts/cloudwatch-alarms.ts';
import type { Resources } from '../../telemetry/aws/project-figures.ts';
import { resourceName } from '../../telemetry/aws/resource-name.ts';
import { alarmName } from './alarm-names.ts';
import type { Measured } from './measured.ts';
import { type Bounds, type ResourceKind, type Rule, rulesOf } from './rules.ts';

export type AlarmDefinition = Measured &
  Pick<
    PutMetricAlarmCommandInput,
    'EvaluationPeriods' | 'DatapointsToAlarm' | 'Threshold' | 'ComparisonOperator' | 'TreatMissingData'
  > & { AlarmName: string; AlarmDescription: string; AlarmActions: string[]; OKActions: string[] };

/** An alarm as it should be in CloudWatch, and what of the project it is about. */
export interface WantedAlarm {
  type: CloudWatchAlarmType;
  resource: string;
  definition: AlarmDefinition;
}

interface Wanted extends Bounds {
  stage: string;
  project: string;
  resources: Resources;
  /** Takes what they say. */
  topicArn: string;
}

const kindWords: Record<ResourceKind, string> = {
  lambdas: 'lambda',
  apis: 'api',
  tables: 'table',
  queues: 'queue',
  caches: 'cache',
};

/** The alarms of a project: of its thresholds, for each resource that it names. */
export function wantedAlarms(wanted: Wanted): WantedAlarm[] {
  const { resources, settings } = wanted;
  const alarms = (Object.keys(rulesOf) as ResourceKind[]).flatMap((kind) =>
    (resources[kind] ?? []).flatMap((named) => {
      const resource = resourceName(named);
      return rulesOf[kind](resource, named, wanted)
        .filter(({ type }) => settings.types.includes(type))
        .map((rule) => ({
          type: rule.type,
          resource,
          definition: definitionOf(rule, kindWords[kind], resource, wanted),
        }));
    }),
  );
  // A resource may be named in two ways.
  return [...new Map(alarms.map((alarm) => [alarm.definition.AlarmName, alarm])).values()];
}

function definitionOf(
  rule: Rule,
  kind: string,
  resource: string,
  { stage, project, topicArn }: Wanted,
): AlarmDefinition {
  const { type, measured, words, bound, minutes, of = minutes, below } = rule;
  const howLong = of === minutes ? `for ${minutes} min` : `in ${minutes} of ${of} min`;
  return {
    AlarmName: alarmName(stage, project, { kind, resource, type }),
    AlarmDescription: `Of the project ${project} in Headroom (${stage}): ${words}, ${howLong}.`,
    ...measured,
    EvaluationPeriods: of,
    DatapointsToAlarm: minutes,
    Threshold: bound,
    ComparisonOperator: below ? 'LessThanThreshold' : 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [topicArn],
    OKActions: [topicArn],
  };
}
