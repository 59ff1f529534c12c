import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import type { FunctionName } from '../contracts/functions.ts';
import { queueNames } from '../contracts/messages.ts';
import { accountRules, apiRules, functionRules, queueRules, tableRules } from './alarm-rules.ts';
import { Alarms } from './alarms.ts';
import type { Bundle } from './bundle.ts';
import { cacheRules, redisRules } from './cache-alarm-rules.ts';
import { cacheCost } from './cache-cost.ts';
import { CacheTier } from './cache-tier.ts';
import { Dashboard } from './dashboard.ts';
import { EventSources } from './event-sources.ts';
import { Functions } from './functions.ts';
import { HttpApi } from './http-api.ts';
import { InstrumentLayer } from './instrument-layer.ts';
import { stackName } from './naming.ts';
import { Queues } from './queues.ts';
import { Schedule } from './schedule.ts';
import { Tables } from './tables.ts';
import { tagsOf } from './tagging.ts';
import { Topics } from './topics.ts';

export interface HeadroomStackProps extends StackProps {
  options: DeploymentOptions;
  bundles: Readonly<Record<FunctionName, Bundle>>;
  /** Of `layers/instrument`. */
  layer: Bundle;
}

interface Parts {
  tables: Tables;
  queues: Queues;
  topics: Topics;
  api: HttpApi;
  alarms: Alarms;
  layer: InstrumentLayer;
  options: DeploymentOptions;
}

/** The whole platform of one stage. */
export class HeadroomStack extends Stack {
  constructor(scope: Construct, id: string, { options, bundles, layer: layerBundle, ...props }: HeadroomStackProps) {
    const { stage } = options;
    super(scope, id, {
      stackName: stackName(stage),
      description: `Headroom, a performance platform for HTTP services (stage ${stage})`,
      ...props,
    });
    const tables = new Tables(this, 'Tables', options);
    const queues = new Queues(this, 'Queues', { stage });
    const cacheTier = options.cacheTier === 'none' ? undefined : new CacheTier(this, 'CacheTier', { options, tables });
    const functions = new Functions(this, 'Functions', { options, bundles, tables, queues, cacheTier });
    const topics = new Topics(this, 'Topics', { functions, options });
    new EventSources(this, 'EventSources', { functions, queues });
    new Schedule(this, 'Schedule', { functions, stage });
    const api = new HttpApi(this, 'HttpApi', { functions, options });
    const alarms = new Alarms(this, 'Alarms', {
      stage,
      topic: topics.byName.alarms,
      rules: [
        ...functions.all.flatMap(functionRules),
        ...accountRules(),
        ...queueRules(queues),
        ...apiRules(api),
        ...tableRules('history-table', tables.history),
        ...cacheRules(stage, tables.cache),
        ...(cacheTier === undefined ? [] : redisRules(cacheTier, options)),
      ],
    });
    new Dashboard(this, 'Dashboard', { stage, api, functions, queues, tables, cacheTier, alarms: alarms.all });

    const layer = new InstrumentLayer(this, 'InstrumentLayer', { stage, bundle: layerBundle });

    for (const [name, value] of Object.entries(tagsOf(options))) Tags.of(this).add(name, value);
    this.#say({ tables, queues, topics, api, alarms, layer, options });
  }

  #say({ tables, queues, topics, api: { api }, alarms, layer, options }: Parts): void {
    const say = (name: string, description: string, value: string) =>
      new CfnOutput(this, name, { key: name, description, value });
    say('ApiUrl', 'Where the API answers', api.apiEndpoint);
    say('HistoryTableName', 'Everything but the cache', tables.history.tableName);
    say('CacheTableName', 'The durable tier of the cache', tables.cache.tableName);
    for (const name of queueNames) {
      say(`Queue${pascalCase(name)}`, `The queue ${name}`, queues.pairs[name].queue.queueName);
    }
    say('AlarmsTopicArn', 'Takes your own CloudWatch alarms too', topics.byName.alarms.topicArn);
    say('InstrumentLayerArn', 'Reports the Lambda functions that it is added to', layer.arn);
    say('AlarmCost', 'What the alarms cost, at the price of us-east-1', alarms.cost);
    say('DashboardCost', 'Beyond the three that an account has free', '1 dashboard: 3.00 USD a month');
    say('CacheCost', 'What tier 2 of caches costs, at the prices of us-east-1', cacheCost(options));
    say(
      'FirstKeyCommand',
      'Makes the first admin key, with your own AWS credentials, in a clone of the repository',
      `AWS_REGION=${this.region} npm run headroom -- keys create --admin --table ${tables.history.tableName}`,
    );
  }
}

const pascalCase = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
