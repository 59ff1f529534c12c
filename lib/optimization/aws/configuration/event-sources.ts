import {
  type EventSourceMappingConfiguration,
  type LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { allPages } from '../pages.ts';
import type { EventSourceConfiguration } from './model.ts';

export async function readEventSources(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<EventSourceConfiguration[]> {
  const mappings = await allPages(async (Marker) => {
    const page = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName, ...(Marker ? { Marker } : {}) }));
    return { items: page.EventSourceMappings, next: page.NextMarker };
  });
  return mappings.map(eventSourceOf);
}

const kindOf = (arn: string | undefined): EventSourceConfiguration['kind'] => {
  const service = arn?.split(':')[2];
  if (service === 'sqs') return 'sqs';
  return service === 'kinesis' || service === 'dynamodb' ? 'stream' : 'other';
};

export function eventSourceOf(mapping: EventSourceMappingConfiguration): EventSourceConfiguration {
  const { UUID = '', EventSourceArn, BatchSize, MaximumBatchingWindowInSeconds, ScalingConfig, State } = mapping;
  return {
    id: UUID,
    kind: kindOf(EventSourceArn),
    isFifo: EventSourceArn?.endsWith('.fifo') ?? false,
    isEnabled: !['Disabled', 'Disabling', 'Deleting'].includes(State ?? ''),
    ...(EventSourceArn === undefined ? {} : { sourceArn: EventSourceArn }),
    ...(BatchSize === undefined ? {} : { batchSize: BatchSize }),
    ...(MaximumBatchingWindowInSeconds === undefined ? {} : { batchingWindowSeconds: MaximumBatchingWindowInSeconds }),
    ...(ScalingConfig?.MaximumConcurrency === undefined
      ? {}
      : { maximumConcurrency: ScalingConfig.MaximumConcurrency }),
  };
}
