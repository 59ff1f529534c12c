import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { StateChangeListener } from './emulators/cloudwatch/alarm-states.ts';
import { type CloudWatch, startCloudWatch } from './emulators/cloudwatch/cloudwatch.ts';
import { startDynamoDb } from './emulators/dynamodb.ts';
import { type Lambda, startLambda } from './emulators/lambda/lambda.ts';
import { findLastingRedis } from './emulators/lasting-redis.ts';
import { startQueues } from './emulators/queues.ts';
import { credentials, region } from './lambda/account.ts';
import type { Endpoints } from './lambda/function-environment.ts';
import type { Started } from './stop-in-reverse.ts';

export interface EmulatedServices {
  endpoints: Endpoints;
  /** Absent: no Redis was found, and caches do without tier 2. */
  redisUrl: string | undefined;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  sns: SNSClient;
  cloudwatch: Pick<CloudWatch, 'ingestEmf' | 'gatherFrom' | 'evaluate'>;
  /** Has no functions yet. */
  lambda: Pick<Lambda, 'serve' | 'finish'>;
}

export interface EmulatedServicesOptions {
  dataDir: string;
  /** `REDIS_URL`: a server to use in place of one of our own. */
  redisUrl: string | undefined;
  onFailure: (error: Error) => void;
  log: (line: string) => void;
}

/** A receive waits for a second, and a busy machine for longer. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 20_000 };

/** What SNS takes at most. */
const subjectLength = 100;

/** Starts what stands in for AWS on this machine, and the clients that the runtime itself reaches it with. */
export async function startEmulatedServices(
  { dataDir, redisUrl, onFailure, log }: EmulatedServicesOptions,
  started: Started,
): Promise<EmulatedServices> {
  const directory = (name: string) => ({ dataDir: join(dataDir, name), onUnexpectedExit: onFailure });
  const keep = async <Part extends { stop(): Promise<void> } | undefined>(starting: Promise<Part>): Promise<Part> => {
    const part = await starting;
    started.add(() => part?.stop());
    return part;
  };
  const onStateChange: StateChangeListener = async (alarm, notification, topics) => {
    const Subject = `${alarm.StateValue}: "${alarm.AlarmName}" in US East (N. Virginia)`.slice(0, subjectLength);
    for (const TopicArn of topics)
      await services.sns.send(new PublishCommand({ TopicArn, Subject, Message: notification }));
  };
  const starting = [
    keep(startDynamoDb(directory('dynamodb'))),
    keep(startQueues(directory('queues'))),
    keep(
      findLastingRedis({ dataDir: join(dataDir, 'redis'), log, ...(redisUrl === undefined ? {} : { url: redisUrl }) }),
    ),
    keep(startCloudWatch({ ...directory('cloudwatch'), onStateChange })),
    keep(startLambda({ log })),
  ] as const;
  // When one fails, those that did start must be known first, to be stopped with the rest.
  await Promise.allSettled(starting);
  const [dynamodb, queues, redis, cloudwatch, lambda] = await Promise.all(starting);
  const endpoints = {
    dynamodb: dynamodb.endpoint,
    sqs: queues.endpoint,
    sns: queues.endpoint,
    cloudwatch: cloudwatch.endpoint,
    lambda: lambda.endpoint,
  };
  const client = { region, credentials, requestHandler };
  const services = {
    dynamodb: new DynamoDBClient({ ...client, endpoint: endpoints.dynamodb }),
    sqs: new SQSClient({ ...client, endpoint: endpoints.sqs }),
    sns: new SNSClient({ ...client, endpoint: endpoints.sns }),
  };
  for (const service of Object.values(services)) started.add(() => service.destroy());
  return { endpoints, redisUrl: redis?.url, cloudwatch, lambda, ...services };
}
