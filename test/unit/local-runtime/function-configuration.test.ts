import { describe, expect, it } from 'vitest';
import { topicNames } from '../../../lib/contracts/function-definition.ts';
import { functionDefinition, functionNames } from '../../../lib/contracts/functions.ts';
import { queueNames } from '../../../lib/contracts/messages.ts';
import { functionConfiguration, localSettings, type Resources } from '../../../lib/local/function-configuration.ts';
import { lambdaEnvironment } from '../../../lib/local/lambda/function-environment.ts';
import { readConfiguration } from '../../../lib/platform/configuration.ts';

const pair = (name: string) => ({
  url: `http://127.0.0.1:1/000000000000/${name}`,
  arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
  deadLetterUrl: `http://127.0.0.1:1/000000000000/${name}-dead-letters`,
});
const resources: Resources = {
  historyTable: 'history',
  cacheTable: 'cache',
  redisUrl: 'redis://127.0.0.1:1',
  queues: Object.fromEntries(queueNames.map((name) => [name, pair(name)])) as Resources['queues'],
  alarmsTopicArn: 'arn:aws:sns:us-east-1:000000000000:alarms',
  undeliveredUrls: { alarms: 'http://127.0.0.1:1/alarm-receiver-undelivered' },
  settings: localSettings(),
};
const endpoints = {
  dynamodb: 'http://d',
  sqs: 'http://q',
  sns: 'http://n',
  cloudwatch: 'http://c',
  lambda: 'http://l',
};

describe('the environment of a function', () => {
  it.each(functionNames)('is what %s reads', (name) => {
    const { sends, invokes = [], trigger, allQueues } = functionDefinition(name);
    const reads = allQueues === undefined ? (trigger.kind === 'queue' ? [trigger.queue] : []) : queueNames;
    const configuration = readConfiguration(name, functionConfiguration(name, resources));
    expect(Object.keys(configuration.queueUrls).toSorted()).toEqual([...new Set([...sends, ...reads])].toSorted());
    const ofTopics = allQueues === undefined ? [] : topicNames;
    expect(Object.keys(configuration.deadLetterUrls).toSorted()).toEqual([...reads, ...ofTopics].toSorted());
    expect(configuration.functionNames).toEqual(Object.fromEntries(invokes.map((invoked) => [invoked, invoked])));
  });

  it.each(functionNames)('leads %s to the tables and the Redis of its definition, and to no other', (name) => {
    const { tables, redis } = functionDefinition(name);
    const { historyTable, cacheTable, redis: given } = readConfiguration(name, functionConfiguration(name, resources));
    expect({ historyTable, cacheTable, given }).toEqual({
      historyTable: tables.history && 'history',
      cacheTable: tables.cache && 'cache',
      given: redis && { url: 'redis://127.0.0.1:1', mode: 'single' },
    });
  });

  it.each(functionNames)('is whole for %s on a machine without Redis', (name) => {
    const environment = functionConfiguration(name, { ...resources, redisUrl: undefined });
    expect(Object.keys(environment).filter((variable) => variable.startsWith('REDIS'))).toEqual([]);
    expect(readConfiguration(name, environment).redis).toBeUndefined();
  });

  it('is refused when a setting is wrong', () => {
    const wrong = { ...resources, settings: { ...resources.settings, HEADROOM_LOAD_WORKERS: 'many' } };
    expect(() => functionConfiguration('load-api', wrong)).toThrow(
      /^The configuration of load-api is wrong: HEADROOM_LOAD_WORKERS: /,
    );
  });

  it('leads out of isolated subnets to DynamoDB only', () => {
    const open = lambdaEnvironment('f', { memoryMb: 128, network: 'public' }, '/task', endpoints);
    const isolated = lambdaEnvironment('f', { memoryMb: 128, network: 'isolated' }, '/task', endpoints);
    expect(open).toMatchObject({ AWS_ENDPOINT_URL_DYNAMODB: 'http://d', AWS_ENDPOINT_URL_SQS: 'http://q' });
    expect(open.AWS_ENDPOINT_URL_LAMBDA).toBe('http://l');
    expect(isolated).toEqual({
      ...open,
      AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_SNS: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9',
    });
  });
});
