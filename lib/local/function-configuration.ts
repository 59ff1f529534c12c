import { availableParallelism } from 'node:os';
import { accessSettings } from '../contracts/access-options.ts';
import { configurationOf } from '../contracts/configuration.ts';
import { settingsOf, type TopicName, topicNames } from '../contracts/function-definition.ts';
import {
  alarmsTopicVariable,
  cacheTableVariable,
  deadLetterVariable,
  functionVariable,
  historyTableVariable,
  queueVariable,
  redisModeVariable,
  redisVariable,
  type SettingName,
} from '../contracts/function-variables.ts';
import { type FunctionName, functionDefinition, metricsNamespace } from '../contracts/functions.ts';
import { type QueueName, queueNames } from '../contracts/messages.ts';
import type { QueuePair } from './provision/queues.ts';

export type Settings = Readonly<Record<SettingName, string>>;

/** Nobody else is to be kept from their turn on this machine, and load is what one tries on it. */
export const requestsPerMinute = 600_000;

/** A machine of one's own: private targets are what one tests here, and the workers share its cores. */
export const localSettings = (): Settings => ({
  HEADROOM_STAGE: 'local',
  HEADROOM_PRIVATE_TARGETS: 'allow',
  HEADROOM_LOAD_WORKERS: String(Math.max(2, availableParallelism())),
  HEADROOM_TESTING_POLICY: 'unread',
  HEADROOM_LOCAL_DATABASES: 'allow',
  ...accessSettings({ oidcScopeClaim: 'scope' }, requestsPerMinute),
});

export interface Resources {
  historyTable: string;
  cacheTable: string;
  /** Undefined where this machine has no Redis. */
  redisUrl: string | undefined;
  queues: Readonly<Record<QueueName, QueuePair>>;
  /** Takes what alarms say. */
  alarmsTopicArn: string;
  /** For each topic, the URL of the queue of what its function could not take. */
  undeliveredUrls: Readonly<Record<TopicName, string>>;
  settings: Settings;
}

/**
 * The environment of a function by its definition: what the stack would give it, and nothing that it was not granted.
 * @throws when it is not what the function's own configuration wants
 */
export function functionConfiguration(name: FunctionName, resources: Resources): Record<string, string> {
  const definition = functionDefinition(name);
  const { tables, redis, sends, invokes = [], trigger, makesAlarms, allQueues } = definition;
  const variables: Record<string, string> = {};
  if (tables.history !== undefined) variables[historyTableVariable] = resources.historyTable;
  if (tables.cache !== undefined) variables[cacheTableVariable] = resources.cacheTable;
  if (redis && resources.redisUrl !== undefined) {
    variables[redisVariable] = resources.redisUrl;
    variables[redisModeVariable] = 'single';
  }
  if (makesAlarms) variables[alarmsTopicVariable] = resources.alarmsTopicArn;
  for (const queue of sends) variables[queueVariable(queue)] = resources.queues[queue].url;
  for (const invoked of invokes) variables[functionVariable(invoked)] = invoked;
  if (trigger.kind === 'queue') {
    variables[queueVariable(trigger.queue)] = resources.queues[trigger.queue].url;
    variables[deadLetterVariable(trigger.queue)] = resources.queues[trigger.queue].deadLetterUrl;
  }
  if (allQueues !== undefined) {
    for (const queue of queueNames) {
      variables[queueVariable(queue)] = resources.queues[queue].url;
      variables[deadLetterVariable(queue)] = resources.queues[queue].deadLetterUrl;
    }
    for (const topic of topicNames) variables[deadLetterVariable(topic)] = resources.undeliveredUrls[topic];
  }
  for (const setting of settingsOf(definition)) variables[setting] = resources.settings[setting];
  const parsed = configurationOf(name).strict().safeParse(variables);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`The configuration of ${name} is wrong: ${faults.join('; ')}`);
  }
  return {
    ...variables,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(resources.settings.HEADROOM_STAGE),
  };
}
