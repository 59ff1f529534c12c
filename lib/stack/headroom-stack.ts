import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { queueNames } from '../contracts/messages.ts';
import { prices } from '../contracts/prices.ts';
import { cacheCost } from './cache-cost.ts';
import { stackName } from './naming.ts';
import { Platform, type PlatformProps } from './platform.ts';
import { tagsOf } from './tagging.ts';

export interface HeadroomStackProps extends StackProps, Omit<PlatformProps, 'surroundings'> {}

/** The platform of one stage as a stack of its own, which says what its user needs next. */
export class HeadroomStack extends Stack {
  constructor(scope: Construct, id: string, { options, bundles, layer, ...props }: HeadroomStackProps) {
    super(scope, id, {
      stackName: stackName(options.stage),
      description: `Headroom, a performance platform for HTTP services (stage ${options.stage})`,
      ...props,
    });
    // Of this id, nothing is seen in the names of what is in it.
    this.#say(new Platform(this, 'Default', { options, bundles, layer }));
    for (const [name, value] of Object.entries(tagsOf(options))) Tags.of(this).add(name, value);
  }

  #say({ api, tables, queues, topics, alarms, layer, options, url, nameTarget, targetCallers }: Platform): void {
    const say = (name: string, description: string, value: string | undefined) => {
      if (value !== undefined) new CfnOutput(this, name, { key: name, description, value });
    };
    say('ApiUrl', 'Where the API answers', url);
    say('ApiId', 'Of the API, as its metrics name it', api.api.apiId);
    say('DomainTarget', 'What the record of your own name must lead to', nameTarget);
    say('TargetCallersGroup', 'The security group that private targets must let in', targetCallers);
    say('HistoryTableName', 'Everything but the cache', tables.history.tableName);
    say('CacheTableName', 'The durable tier of the cache', tables.cache.tableName);
    for (const name of queueNames) {
      say(`Queue${pascalCase(name)}`, `The queue ${name}`, queues.pairs[name].queue.queueName);
    }
    say('AlarmsTopicArn', 'Takes your own CloudWatch alarms too', topics.byName.alarms.topicArn);
    say('InstrumentLayerArn', 'Reports the Lambda functions that it is added to', layer.arn);
    say('AlarmCost', 'What the alarms cost, at the price of us-east-1', alarms.cost);
    say(
      'DashboardCost',
      'Beyond the three that an account has free',
      `1 dashboard: ${prices.cloudWatch.perDashboardMonth.toFixed(2)} USD a month`,
    );
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
