import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accessSettings } from '../contracts/access-options.ts';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { type FunctionDefinition, settingsOf } from '../contracts/function-definition.ts';
import { edgeVariable, type SettingName } from '../contracts/function-variables.ts';
import {
  type FunctionName,
  functionDefinition,
  functionNames,
  isInvoked,
  metricsNamespace,
} from '../contracts/functions.ts';
import { invokedEvents } from '../contracts/invoked-events.ts';
import { queueNames } from '../contracts/messages.ts';
import type { Bundle } from './bundle.ts';
import type { CacheTier } from './cache-tier.ts';
import { grantKey } from './encryption.ts';
import {
  grantAccountLimits,
  grantAlarms,
  grantCache,
  grantConsume,
  grantCount,
  grantDeadLetters,
  grantHistory,
  grantInvoke,
  grantMetrics,
  grantNetwork,
  grantNotifying,
  grantOutbox,
  grantRedis,
  grantSend,
  grantUndelivered,
} from './grants.ts';
import { functionLogGroupName, resourceName } from './naming.ts';
import { placeOutside } from './place.ts';
import { type Queues, undeliveredQueue } from './queues.ts';
import { grantChanges, grantConfiguration, grantProjectRoles, grantSecrets } from './resource-grants.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tables } from './tables.ts';
import { callsTargets, type TargetNetwork } from './target-network.ts';

/** 50 a second, and so many at once: more than people and their tools ask, and little to what a table takes. */
const requestsPerMinute = 3_000;

export interface DeployedFunction {
  name: FunctionName;
  definition: FunctionDefinition;
  lambda: LambdaFunction;
  /** Where events go that a topic or the schedule could not deliver; functions that are called otherwise have none. */
  undelivered?: Queue;
}

export interface FunctionsProps {
  options: DeploymentOptions;
  bundles: Readonly<Record<FunctionName, Bundle>>;
  tables: Tables;
  queues: Queues;
  /** Undefined: there is no tier 2, and no network to isolate functions in. */
  cacheTier: CacheTier | undefined;
  /** Undefined: targets are called from where Lambda runs functions otherwise. */
  targets: TargetNetwork | undefined;
  surroundings: Surroundings;
  /** What a distribution proves itself with to functions that answer HTTP; undefined: there is none. */
  edgeSecret: string | undefined;
}

/** The functions of the contracts, each with its own role, log group and environment. */
export class Functions extends Construct {
  readonly byName: Readonly<Record<FunctionName, DeployedFunction>>;
  readonly all: readonly DeployedFunction[];

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.all = functionNames.map((name) => deploy(new Construct(this, name), name, props));
    this.byName = Object.fromEntries(this.all.map((one) => [one.name, one])) as Record<FunctionName, DeployedFunction>;
    for (const { definition, undelivered } of this.all) {
      if (definition.trigger.kind !== 'topic' || undelivered === undefined) continue;
      for (const {
        lambda,
        definition: { allQueues },
      } of this.all) {
        if (allQueues !== undefined) grantUndelivered(lambda, definition.trigger.topic, undelivered, allQueues);
      }
    }
  }
}

function deploy(scope: Construct, name: FunctionName, props: FunctionsProps): DeployedFunction {
  const { options, bundles, cacheTier, targets, surroundings, edgeSecret } = props;
  const definition = functionDefinition(name);
  const functionName = resourceName(options.stage, name);
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Of ${functionName}`,
  });
  const logGroup = new LogGroup(scope, 'Logs', {
    logGroupName: functionLogGroupName(functionName),
    retention: options.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(surroundings.key === undefined ? {} : { encryptionKey: surroundings.key }),
  });
  logGroup.grantWrite(role);

  const byEvent = definition.trigger.kind === 'topic' || definition.trigger.kind === 'schedule';
  const undelivered = byEvent
    ? undeliveredQueue(scope, 'Undelivered', resourceName(options.stage, `${name}-undelivered`), surroundings.key)
    : undefined;
  const lambda = new LambdaFunction(scope, 'Function', {
    functionName,
    description: definition.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(bundles[name].directory),
    handler: 'index.handler',
    memorySize: definition.memoryMb,
    timeout: Duration.seconds(definition.timeoutSeconds),
    role,
    logGroup,
    recursiveLoop: definition.recursion === 'allow' ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    environment: {
      ...settingValues(definition, options),
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(options.stage),
      ...(edgeSecret === undefined || definition.trigger.kind !== 'http' ? {} : { [edgeVariable]: edgeSecret }),
    },
    ...(surroundings.key === undefined ? {} : { environmentEncryption: surroundings.key }),
    ...(definition.reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: definition.reservedConcurrency }),
    ...asynchronous(name, definition, undelivered),
  });
  grant(lambda, definition, props);
  grantKey(role, surroundings.key);
  if (definition.readsAccountLimits) grantAccountLimits(role);
  if (definition.readsMetrics !== undefined) grantMetrics(role);
  if (definition.readsConfiguration) grantConfiguration(role);
  if (definition.readsSecrets) grantSecrets(role);
  if (definition.changesResources) grantChanges(role);
  if (definition.readsMetrics === 'all-accounts' || definition.readsConfiguration) grantProjectRoles(role);
  if (definition.notifies) grantNotifying(role);
  if (definition.makesAlarms) grantAlarms(lambda, role, options.stage);
  if (definition.network === 'isolated') {
    grantNetwork(role, functionName, cacheTier === undefined ? 'release' : 'attach');
    if (cacheTier === undefined) placeOutside(lambda);
    else cacheTier.isolate(lambda);
  }
  if (targets !== undefined && callsTargets(definition)) {
    grantNetwork(role, functionName, 'attach');
    targets.enter(lambda);
  }
  return { name, definition, lambda, ...(undelivered === undefined ? {} : { undelivered }) };
}

/**
 * A late tick is of no use, since the next one does its work; a notification is tried again and then kept; who invokes
 * a function by name tries again by itself.
 */
function asynchronous(name: FunctionName, { trigger }: FunctionDefinition, undelivered: Queue | undefined) {
  if (trigger.kind === 'schedule') return { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
  if (trigger.kind === 'topic' && undelivered !== undefined) return { retryAttempts: 2, deadLetterQueue: undelivered };
  if (isInvoked(name)) {
    return { retryAttempts: invokedEvents.retries, maxEventAge: Duration.seconds(invokedEvents.maxAgeSeconds) };
  }
  return {};
}

function settingValues(definition: FunctionDefinition, options: DeploymentOptions): Record<string, string> {
  const values: Record<SettingName, string> = {
    HEADROOM_STAGE: options.stage,
    HEADROOM_PRIVATE_TARGETS: options.privateTargets,
    HEADROOM_LOAD_WORKERS: String(options.loadWorkers),
    HEADROOM_TESTING_POLICY: options.testingPolicy,
    HEADROOM_LOCAL_DATABASES: 'deny',
    ...accessSettings(options, requestsPerMinute),
  };
  return Object.fromEntries(settingsOf(definition).map((setting) => [setting, values[setting]]));
}

function grant(lambda: LambdaFunction, definition: FunctionDefinition<FunctionName>, props: FunctionsProps): void {
  const { options, tables, queues, cacheTier } = props;
  const { history, outbox, cache } = definition.tables;
  if (history !== undefined) grantHistory(lambda, tables.history, history);
  if (outbox !== undefined) grantOutbox(lambda, tables.history);
  if (cache !== undefined) grantCache(lambda, tables.cache, cache);
  if (definition.redis && cacheTier !== undefined) grantRedis(lambda, cacheTier.url);
  for (const queue of definition.sends) grantSend(lambda, queue, queues.pairs[queue]);
  for (const queue of definition.allQueues === undefined ? [] : queueNames) {
    grantCount(lambda, queue, queues.pairs[queue]);
    if (definition.allQueues === 'operate') grantDeadLetters(lambda, queues.pairs[queue]);
  }
  for (const name of definition.invokes ?? []) grantInvoke(lambda, name, resourceName(options.stage, name));
  const { trigger } = definition;
  if (trigger.kind === 'queue') grantConsume(lambda, trigger.queue, queues.pairs[trigger.queue]);
}
