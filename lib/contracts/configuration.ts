import { z } from 'zod';
import { settingsOf, topicNames } from './function-definition.ts';
import {
  alarmsTopicVariable,
  cacheTableVariable,
  deadLetterVariable,
  edgeVariable,
  functionVariable,
  historyTableVariable,
  queueVariable,
  redisModes,
  redisModeVariable,
  redisVariable,
  type SettingName,
} from './function-variables.ts';
import { type FunctionName, functionDefinition } from './functions.ts';
import { queueNames } from './messages.ts';
import { oidcSetting } from './oidc.ts';

const settings = {
  HEADROOM_STAGE: z.string().regex(/^[a-z0-9-]{1,20}$/),
  HEADROOM_PRIVATE_TARGETS: z
    .enum(['allow', 'deny'])
    .describe('`allow`: private and loopback addresses may be load-tested, and without proof of ownership'),
  HEADROOM_LOAD_WORKERS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300)
    .describe('Workers of a test that does not say how many; 0: by its users or rate'),
  HEADROOM_TESTING_POLICY: z
    .enum(['read', 'unread'])
    .describe("`read`: the owner of the deployment has read AWS's policy on stress tests; public targets need it"),
  HEADROOM_LOCAL_DATABASES: z
    .enum(['allow', 'deny'])
    .describe('`allow`: files of this machine, and URLs with passwords in them, may be registered as databases'),
  HEADROOM_OIDC: oidcSetting.describe('The OIDC issuer whose tokens are taken beside API keys, as JSON; null: none is'),
  HEADROOM_REQUESTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .describe('Of a key, to one process; that data may come in more often stands beside the limit'),
} satisfies Record<SettingName, z.ZodType>;

/**
 * The environment that a function is given, by the stack or by the local runtime, and reads once. It follows from the
 * function's definition, so nothing can be read that was not granted.
 */
export const configurationOf = (name: FunctionName): z.ZodObject<Record<string, z.ZodType>> => {
  const definition = functionDefinition(name);
  const { tables, redis, sends, invokes = [], trigger, makesAlarms, allQueues } = definition;
  const shape: Record<string, z.ZodType> = {};
  if (tables.history) shape[historyTableVariable] = z.string().min(3);
  if (tables.cache) shape[cacheTableVariable] = z.string().min(3);
  if (redis) {
    shape[redisVariable] = z.url({ protocol: /^rediss?$/ }).optional();
    shape[redisModeVariable] = z.enum(redisModes).optional();
  }
  if (trigger.kind === 'http') shape[edgeVariable] = z.string().min(20).optional();
  if (makesAlarms) shape[alarmsTopicVariable] = z.string().startsWith('arn:');
  for (const queue of sends) shape[queueVariable(queue)] = z.url();
  for (const invoked of invokes) shape[functionVariable(invoked)] = z.string().min(1);
  if (trigger.kind === 'queue') {
    shape[queueVariable(trigger.queue)] = z.url();
    shape[deadLetterVariable(trigger.queue)] = z.url();
  }
  if (allQueues !== undefined) {
    for (const queue of queueNames) shape[queueVariable(queue)] = z.url();
    for (const source of [...queueNames, ...topicNames]) shape[deadLetterVariable(source)] = z.url();
  }
  for (const setting of settingsOf(definition)) shape[setting] = settings[setting];
  return z.object(shape);
};
