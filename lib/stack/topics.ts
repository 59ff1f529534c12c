import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { type TopicName, topicNames } from '../contracts/function-definition.ts';
import type { Functions } from './functions.ts';
import { resourceName } from './naming.ts';

export interface TopicsProps {
  functions: Functions;
  options: Pick<DeploymentOptions, 'stage' | 'alarmEmail'>;
  key: IKey | undefined;
}

export class Topics extends Construct {
  readonly byName: Readonly<Record<TopicName, Topic>>;

  constructor(scope: Construct, id: string, { functions, options, key }: TopicsProps) {
    super(scope, id);
    const topic = (name: TopicName): Topic =>
      new Topic(this, name, {
        topicName: resourceName(options.stage, name),
        enforceSSL: true,
        ...(key === undefined ? {} : { masterKey: key }),
      });
    this.byName = Object.fromEntries(topicNames.map((name) => [name, topic(name)])) as Record<TopicName, Topic>;

    letAlarmsPublish(this.byName.alarms);
    for (const { lambda, definition, undelivered } of functions.all) {
      const { trigger } = definition;
      if (trigger.kind !== 'topic') continue;
      this.byName[trigger.topic].addSubscription(
        new LambdaSubscription(lambda, undelivered === undefined ? {} : { deadLetterQueue: undelivered }),
      );
    }
    if (options.alarmEmail !== undefined) this.byName.alarms.addSubscription(new EmailSubscription(options.alarmEmail));
  }
}

/** A topic with a policy of its own loses the one that lets its account's alarms in. */
function letAlarmsPublish(topic: Topic): void {
  const { account } = Stack.of(topic);
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'Alarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': Stack.of(topic).formatArn({ service: 'cloudwatch', resource: 'alarm:*' }) },
      },
    }),
  );
}
