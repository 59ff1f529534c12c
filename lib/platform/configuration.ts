import { configurationOf } from '../contracts/configuration.ts';
import { type TopicName, topicNames } from '../contracts/function-definition.ts';
import {
  alarmsTopicVariable,
  cacheTableVariable,
  deadLetterVariable,
  edgeVariable,
  functionVariable,
  historyTableVariable,
  queueVariable,
  type RedisMode,
  redisModes,
  redisModeVariable,
  redisVariable,
} from '../contracts/function-variables.ts';
import { type FunctionName, functionDefinition } from '../contracts/functions.ts';
import { type QueueName, queueNames } from '../contracts/messages.ts';
import type { OidcSettings } from '../contracts/oidc.ts';
import { fieldErrorsOf } from './fields.ts';

export interface Configuration {
  functionName: FunctionName;
  /** What the deployed names of functions begin with, before their names here. */
  deployedPrefix?: string;
  stage: string;
  historyTable: string | undefined;
  cacheTable?: string;
  /** Absent where the deployment, or the machine, has none: caches do without. */
  redis?: { url: string; mode: RedisMode };
  privateTargets: boolean;
  /** Files of this machine, and URLs with passwords, may be registered as databases. */
  localDatabases: boolean;
  /** Workers of a load test that does not say how many; 0: by its users or rate. */
  loadWorkers: number;
  /** The owner of the deployment has read AWS's policy on stress tests. */
  testingPolicyRead: boolean;
  /** The issuer whose tokens are taken beside API keys. Absent: none is. */
  oidc?: OidcSettings;
  /** What a key may ask of this process. Absent in functions that do not answer HTTP. */
  requestsPerMinute?: number;
  /** Of functions that make alarms: who is told what they say. */
  alarmsTopicArn?: string;
  /** Of functions that answer HTTP: what proves that a request came through the distribution in front of them. */
  edgeSecret?: string;
  queueUrls: Partial<Record<QueueName, string>>;
  /** Of a topic: where what its function could not take is kept. */
  deadLetterUrls: Partial<Record<QueueName | TopicName, string>>;
  /** Of the functions that it may invoke: the name that each was deployed with. */
  functionNames: Partial<Record<FunctionName, string>>;
}

/** Reads a function's environment once, and names every missing or wrong variable at once. */
export function readConfiguration(functionName: FunctionName, environment: NodeJS.ProcessEnv): Configuration {
  const parsed = configurationOf(functionName).safeParse(environment);
  if (!parsed.success) {
    const faults = fieldErrorsOf(parsed.error).map(({ path, message }) => `${path}: ${message}`);
    throw new Error(`The environment of ${functionName} is not complete: ${faults.join('; ')}`);
  }
  const values = parsed.data;
  const text = (name: string): string | undefined => (values[name] === undefined ? undefined : String(values[name]));
  const { sends, invokes = [], trigger, allQueues } = functionDefinition(functionName);
  const every = allQueues === undefined ? [] : queueNames;
  const consumed = [...(trigger.kind === 'queue' ? [trigger.queue] : []), ...every];
  const valuesOf = <Name extends string>(names: readonly Name[], variable: (name: Name) => string) =>
    Object.fromEntries(names.map((name) => [name, text(variable(name))]));
  const cacheTable = text(cacheTableVariable);
  const oidc = values.HEADROOM_OIDC as OidcSettings | null | undefined;
  const requestsPerMinute = text('HEADROOM_REQUESTS_PER_MINUTE');
  const alarmsTopicArn = text(alarmsTopicVariable);
  const edgeSecret = text(edgeVariable);
  const url = text(redisVariable);
  const mode = redisModes.find((one) => one === text(redisModeVariable)) ?? 'single';
  const deployed = environment.AWS_LAMBDA_FUNCTION_NAME ?? '';
  return {
    functionName,
    ...(deployed.endsWith(functionName) ? { deployedPrefix: deployed.slice(0, -functionName.length) } : {}),
    stage: text('HEADROOM_STAGE') ?? 'main',
    historyTable: text(historyTableVariable),
    ...(cacheTable === undefined ? {} : { cacheTable }),
    ...(oidc ? { oidc } : {}),
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute: Number(requestsPerMinute) }),
    ...(alarmsTopicArn === undefined ? {} : { alarmsTopicArn }),
    ...(edgeSecret === undefined ? {} : { edgeSecret }),
    ...(url === undefined ? {} : { redis: { url, mode } }),
    privateTargets: text('HEADROOM_PRIVATE_TARGETS') === 'allow',
    localDatabases: text('HEADROOM_LOCAL_DATABASES') === 'allow',
    loadWorkers: Number(text('HEADROOM_LOAD_WORKERS') ?? 0),
    testingPolicyRead: text('HEADROOM_TESTING_POLICY') === 'read',
    queueUrls: valuesOf([...sends, ...consumed], queueVariable),
    deadLetterUrls: valuesOf([...consumed, ...(allQueues === undefined ? [] : topicNames)], deadLetterVariable),
    functionNames: valuesOf(invokes, functionVariable),
  };
}
