import type { EventSourceConfiguration, LambdaConfiguration } from '../configuration/model.ts';
import { objectOf, type TemplateResource, type TemplateValue } from './parse.ts';
import { standInArn, type Values } from './values.ts';

/** What Lambda gives where a template says nothing. */
const defaults = { memoryMb: 128, timeoutSeconds: 3, batchSize: 10 } as const;

export const lambdasOf = (values: Values): LambdaConfiguration[] =>
  values.ofType('AWS::Lambda::Function', 'AWS::Serverless::Function').flatMap((resource) => lambdaOf(values, resource));

function lambdaOf(values: Values, { logicalId, type, properties: own }: TemplateResource): LambdaConfiguration[] {
  const p = type === 'AWS::Serverless::Function' ? { ...values.globals('Function'), ...own } : own;
  const known = <Value>(name: string, unset: Value, read: (value: TemplateValue | undefined) => Value | undefined) =>
    values.isGiven(p[name]) ? read(p[name]) : unset;
  const memoryMb = known('MemorySize', defaults.memoryMb, (value) => values.number(value));
  const timeoutSeconds = known('Timeout', defaults.timeoutSeconds, (value) => values.number(value));
  const architecture = known('Architectures', 'x86_64', (value) =>
    Array.isArray(value) ? values.text(value[0]) : undefined,
  );
  // What only a deployment tells is no ground for advice.
  if (memoryMb === undefined || timeoutSeconds === undefined || architecture === undefined) return [];
  const runtime = values.text(p.Runtime);
  const reserved = values.number(p.ReservedConcurrentExecutions);
  const logs = logsOf(values, logicalId, p);
  return [
    {
      name: logicalId,
      functionName: values.text(p.FunctionName) ?? logicalId,
      isManaged: values.isManaged(p.Tags),
      memoryMb,
      timeoutSeconds,
      architecture: architecture === 'arm64' ? 'arm64' : 'x86_64',
      packageType: values.text(p.PackageType) === 'Image' ? 'Image' : 'Zip',
      layers: Array.isArray(p.Layers) ? p.Layers.map((_, i) => ({ name: `layer ${i + 1}` })) : [],
      hasSnapStart: objectOf(p.SnapStart).ApplyOn === 'PublishedVersions',
      eventSources: [...mappingsOf(values, logicalId), ...eventsOf(values, p)],
      ...(runtime === undefined ? {} : { runtime }),
      ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
      ...(logs === undefined ? {} : { logs }),
    },
  ];
}

const mappingsOf = (values: Values, logicalId: string): EventSourceConfiguration[] =>
  values
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => values.reference(properties.FunctionName) === logicalId)
    .flatMap((mapping) => sourceOf(values, mapping.logicalId, mapping.properties, mapping.properties.EventSourceArn));

/** As SAM writes them, beside the function. */
const eventsOf = (values: Values, { Events }: TemplateResource['properties']): EventSourceConfiguration[] =>
  Object.entries(objectOf(Events)).flatMap(([id, event]) => {
    const { Type, Properties } = objectOf(event);
    return Type === 'SQS' ? sourceOf(values, id, objectOf(Properties), objectOf(Properties).Queue) : [];
  });

function sourceOf(
  values: Values,
  id: string,
  p: TemplateResource['properties'],
  source: TemplateValue | undefined,
): EventSourceConfiguration[] {
  const queue = values.ofType('AWS::SQS::Queue').find(({ logicalId }) => logicalId === values.reference(source));
  if (queue === undefined) return [];
  const batchSize = values.isGiven(p.BatchSize) ? values.number(p.BatchSize) : defaults.batchSize;
  const windowSeconds = values.number(p.MaximumBatchingWindowInSeconds);
  const scaling = objectOf(p.ScalingConfig);
  const isBounded = values.isGiven(scaling.MaximumConcurrency);
  return [
    {
      id,
      kind: 'sqs',
      isFifo: values.text(queue.properties.FifoQueue) === 'true',
      isEnabled: values.text(p.Enabled) !== 'false',
      sourceArn: standInArn(queue.logicalId),
      ...(batchSize === undefined ? {} : { batchSize }),
      ...(windowSeconds === undefined ? {} : { batchingWindowSeconds: windowSeconds }),
      // Bounded by something that is not known is bounded.
      ...(isBounded ? { maximumConcurrency: values.number(scaling.MaximumConcurrency) ?? 2 } : {}),
    },
  ];
}

/** A function without a log group in its template gets one that keeps all forever. */
function logsOf(values: Values, logicalId: string, p: TemplateResource['properties']): LambdaConfiguration['logs'] {
  const named = values.text(p.FunctionName);
  const own = objectOf(p.LoggingConfig).LogGroup;
  const group = values
    .ofType('AWS::Logs::LogGroup')
    .find(
      (one) =>
        values.reference(own) === one.logicalId ||
        values.reference(one.properties.LogGroupName) === logicalId ||
        (named !== undefined && values.text(one.properties.LogGroupName) === `/aws/lambda/${named}`),
    );
  if (group === undefined) {
    return values.isGiven(own) ? undefined : { group: `/aws/lambda/${named ?? logicalId}` };
  }
  const { RetentionInDays } = group.properties;
  if (!values.isGiven(RetentionInDays)) return { group: group.logicalId };
  const retentionDays = values.number(RetentionInDays);
  return retentionDays === undefined ? undefined : { group: group.logicalId, retentionDays };
}
