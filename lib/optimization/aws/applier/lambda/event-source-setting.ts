import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  ListTagsCommand,
  UpdateEventSourceMappingCommand,
  type UpdateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import type { z } from 'zod';
import { notFound } from '../../../../platform/errors.ts';
import { isManaged } from '../../managed-tag.ts';
import { findFunction } from '../../resources/lambda.ts';
import type { AwsProperty, Value } from '../property.ts';

export interface EventSourceSetting {
  name: string;
  value: z.ZodType<Value>;
  read(mapping: EventSourceMappingConfiguration): Value;
  /** The fields that set it. */
  wire(value: Value): Omit<UpdateEventSourceMappingCommandInput, 'UUID'>;
}

/** A setting of what brings a function its events. The mapping is a resource by itself, and needs the tag, too. */
export const eventSourceSetting = ({ name, value, read, wire }: EventSourceSetting): AwsProperty => ({
  service: 'lambda',
  path: `eventSource/{id}/${name}`,
  value,
  async open({ lambda }, resource, [UUID = '']) {
    const { arn: functionArn, isManaged: functionIsManaged, functionName } = await findFunction(lambda, resource);
    const mapping = (): Promise<EventSourceMappingConfiguration> =>
      lambda.send(new GetEventSourceMappingCommand({ UUID }));
    const { FunctionArn, EventSourceMappingArn: arn } = await mapping();
    if (!FunctionArn?.includes(`:function:${functionName}`) || arn === undefined) {
      throw notFound(`The event source ${UUID} of ${resource}`);
    }
    const { Tags } = await lambda.send(new ListTagsCommand({ Resource: arn }));
    return {
      isManaged: functionIsManaged && isManaged(Tags),
      arn: functionIsManaged ? arn : functionArn,
      read: async () => ({ value: read(await mapping()) }),
      async change(wanted) {
        await lambda.send(new UpdateEventSourceMappingCommand({ UUID, ...wire(wanted) }));
      },
      progress: async () => (/ing$/.test((await mapping()).State ?? '') ? 'under-way' : 'in-force'),
    };
  },
});
