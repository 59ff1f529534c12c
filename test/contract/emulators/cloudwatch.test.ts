import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CloudWatch, startCloudWatch } from '../../../lib/local/emulators/cloudwatch/cloudwatch.ts';
import type { Alarm } from '../../../lib/local/emulators/cloudwatch/model.ts';
import { temporaryDataDir } from './data-directory.ts';

const minute = 60_000;
const noon = Date.parse('2026-01-31T12:00:00Z');
const topic = 'arn:aws:sns:us-east-1:000000000000:alarms';

interface Change {
  readonly alarm: Alarm;
  readonly notification: Record<string, unknown>;
  readonly actions: readonly string[];
}

const connect = ({ endpoint }: CloudWatch) =>
  new CloudWatchClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

describe('CloudWatch', () => {
  const dataDir = temporaryDataDir();
  const changes: Change[] = [];
  let nowMs = noon;
  let listenerFails = false;
  let cloudWatch: CloudWatch;
  let client: CloudWatchClient;

  const start = () =>
    startCloudWatch({
      dataDir,
      now: () => nowMs,
      onStateChange: (alarm, notification, actions) => {
        if (listenerFails) throw new Error('the topic is away');
        changes.push({ alarm, notification: JSON.parse(notification), actions });
      },
    });
  const put = (Namespace: string, ...MetricData: MetricDatum[]) =>
    client.send(new PutMetricDataCommand({ Namespace, MetricData }));
  const at = (minutes: number) => new Date(noon + minutes * minute);
  const read = async (Namespace: string, Stat: string, Period = 60) => {
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: at(-10),
        EndTime: at(10),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [{ Id: 'q', MetricStat: { Metric: { Namespace, MetricName: 'm' }, Period, Stat } }],
      }),
    );
    const [result] = MetricDataResults ?? [];
    return result?.Timestamps?.map((time, i) => [(time.getTime() - noon) / minute, result.Values?.[i]]);
  };

  beforeAll(async () => {
    cloudWatch = await start();
    client = connect(cloudWatch);
  });
  afterAll(async () => {
    client.destroy();
    await cloudWatch.stop();
    await cloudWatch.stop();
  });

  describe('a metric', () => {
    it('is aggregated from values, counts and statistic sets', async () => {
      await put('forms', { MetricName: 'm', Timestamp: at(0), Value: 10, Unit: 'Milliseconds' });
      await put('forms', { MetricName: 'm', Timestamp: new Date(noon + 59_999), Values: [1, 2], Counts: [3, 1] });
      const StatisticValues = { SampleCount: 5, Sum: 100, Minimum: 15, Maximum: 30 };
      await put('forms', { MetricName: 'm', Timestamp: at(1), StatisticValues }, { MetricName: 'm', Value: 0 });
      expect(await read('forms', 'Sum')).toEqual([
        [0, 15],
        [1, 100],
      ]);
      expect(await read('forms', 'SampleCount')).toEqual([
        [0, 6],
        [1, 5],
      ]);
      expect(await read('forms', 'Average', 300)).toEqual([[0, 115 / 11]]);
      expect(await read('forms', 'Minimum', 300)).toEqual([[0, 0]]);
      expect(await read('forms', 'Maximum', 300)).toEqual([[0, 30]]);
    });

    it('has percentiles, by nearest rank and within half a percent', async () => {
      const Values = Array.from({ length: 100 }, (_, i) => i + 1);
      await put('percentiles', { MetricName: 'm', Timestamp: at(0), Values });
      await put('percentiles', { MetricName: 'm', Timestamp: at(1), Value: 1234.5 });
      expect(await read('percentiles', 'p50')).toEqual([
        [0, 50],
        [1, 1234.5],
      ]);
      expect(await read('percentiles', 'p99.9', 300)).toEqual([[0, 1230]]);
      expect(await read('percentiles', 'p0', 300)).toEqual([[0, 1]]);
    });

    it('is another one with other dimensions, whatever their order', async () => {
      const [a, b] = [
        { Name: 'a', Value: '1' },
        { Name: 'b', Value: '2' },
      ];
      await put('dimensions', { MetricName: 'm', Dimensions: [a, b], Value: 1 });
      await put('dimensions', { MetricName: 'm', Dimensions: [b, a], Value: 1 }, { MetricName: 'm', Value: 1 });
      const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'dimensions' }));
      expect(Metrics?.map(({ Dimensions }) => Dimensions)).toEqual([[], [a, b]]);
      const filtered = await client.send(
        new ListMetricsCommand({ MetricName: 'm', Dimensions: [{ Name: 'b', Value: '2' }] }),
      );
      expect(filtered.Metrics).toHaveLength(1);
      const statistics = new GetMetricStatisticsCommand({
        Namespace: 'dimensions',
        MetricName: 'm',
        Dimensions: [b, a],
        StartTime: at(0),
        EndTime: at(1),
        Period: 60,
        Statistics: ['Sum', 'Maximum'],
        ExtendedStatistics: ['p90'],
      });
      expect((await client.send(statistics)).Datapoints).toEqual([
        { Timestamp: at(0), Sum: 2, Maximum: 1, ExtendedStatistics: { p90: 1 }, Unit: 'None' },
      ]);
    });

    it('is listed by pages', async () => {
      const names = Array.from({ length: 501 }, (_, i) => `m${i}`);
      await put('many', ...names.map((MetricName) => ({ MetricName, Value: 1 })));
      const first = await client.send(new ListMetricsCommand({ Namespace: 'many' }));
      const { NextToken } = first;
      const second = await client.send(new ListMetricsCommand({ Namespace: 'many', ...(NextToken && { NextToken }) }));
      expect([first.Metrics?.length, second.Metrics?.length, second.NextToken]).toEqual([500, 1, undefined]);
    });

    it('is refused with the reason when it makes no sense', async () => {
      await expect(put('wrong', { MetricName: 'm' })).rejects.toMatchObject({
        name: 'InvalidParameterCombinationException',
      });
      await expect(read('wrong', 'tm99')).rejects.toThrow('only Sum, Average');
    });

    it('is forgotten after 15 days', async () => {
      await put('old', { MetricName: 'm', Timestamp: at(-15 * 24 * 60 - 1), Value: 1 });
      await put('old', { MetricName: 'n', Timestamp: at(-15 * 24 * 60 + 1), Value: 1 });
      await cloudWatch.evaluate(noon);
      const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'old' }));
      expect(Metrics?.map(({ MetricName }) => MetricName)).toEqual(['n']);
    });
  });

  describe('a log line', () => {
    const line = (fields: object, Dimensions: string[][]) =>
      JSON.stringify({
        _aws: {
          Timestamp: noon,
          CloudWatchMetrics: [{ Namespace: 'emf', Dimensions, Metrics: [{ Name: 'm', Unit: 'Count' }, { Name: 'n' }] }],
        },
        ...fields,
      });

    it('in the embedded metric format becomes metrics, one for each set of dimensions', async () => {
      expect(cloudWatch.ingestEmf(line({ service: 'api', m: [1, 2, 3], n: 'no number' }, [['service'], []]))).toBe(2);
      expect(cloudWatch.ingestEmf(line({ m: 4 }, [['service'], []]))).toBe(1);
      expect(await read('emf', 'Sum')).toEqual([[0, 10]]);
      const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'emf' }));
      expect(Metrics?.map(({ Dimensions }) => Dimensions)).toEqual([[], [{ Name: 'service', Value: 'api' }]]);
    });

    it('of any other kind is none', () => {
      for (const other of ['', 'START RequestId', '{"message":"_aws"}', '{"_aws":1}', '{"_aws"', '["_aws"]']) {
        expect(cloudWatch.ingestEmf(other)).toBe(0);
      }
    });
  });

  describe('an alarm', () => {
    const define = (AlarmName: string, input: Partial<PutMetricAlarmCommandInput> = {}) =>
      client.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: AlarmName,
          MetricName: 'm',
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 5,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
          AlarmActions: [topic],
          ...input,
        }),
      );
    const describe_ = async (name: string) =>
      (await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))).MetricAlarms?.[0];
    const changesOf = (name: string) => changes.filter(({ alarm }) => alarm.AlarmName === name);

    it('tells its topics, in the words of CloudWatch, when its state changes, and once', async () => {
      await define('errors', { Dimensions: [{ Name: 'service', Value: 'api' }], AlarmDescription: 'too many' });
      expect(await describe_('errors')).toMatchObject({
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        ActionsEnabled: true,
      });
      await put('errors', { MetricName: 'm', Dimensions: [{ Name: 'service', Value: 'api' }], Value: 6 });
      await Promise.all([cloudWatch.evaluate(noon + minute), cloudWatch.evaluate(noon + minute)]);
      expect(changesOf('errors')).toHaveLength(1);
      const [change] = changesOf('errors');
      expect(change?.actions).toEqual([topic]);
      expect(change?.notification).toMatchObject({
        AlarmName: 'errors',
        AlarmDescription: 'too many',
        AWSAccountId: '000000000000',
        NewStateValue: 'ALARM',
        OldStateValue: 'INSUFFICIENT_DATA',
        StateChangeTime: '2026-01-31T12:01:00.000+0000',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
        Trigger: {
          MetricName: 'm',
          Namespace: 'errors',
          StatisticType: 'Statistic',
          Statistic: 'SUM',
          Dimensions: [{ value: 'api', name: 'service' }],
          Period: 60,
          Threshold: 5,
        },
      });
      expect(change?.notification.NewStateReason).toMatch(/^Threshold Crossed: 1 out of the last 1 datapoints \[6 /);
      expect(await describe_('errors')).toMatchObject({
        StateValue: 'ALARM',
        StateUpdatedTimestamp: new Date(noon + minute),
      });
      await cloudWatch.evaluate(noon + 10 * minute);
      expect(changesOf('errors').map(({ alarm, actions }) => [alarm.StateValue, actions])).toEqual([
        ['ALARM', [topic]],
        ['OK', []],
      ]);
    });

    it('tells it again when the topic could not be reached', async () => {
      await define('retried');
      await put('retried', { MetricName: 'm', Value: 6 });
      listenerFails = true;
      await expect(cloudWatch.evaluate(noon + minute)).rejects.toThrow('could not be delivered');
      listenerFails = false;
      expect((await describe_('retried'))?.StateValue).toBe('INSUFFICIENT_DATA');
      await cloudWatch.evaluate(noon + minute);
      expect(changesOf('retried')).toHaveLength(1);
    });

    it('does nothing while its actions are disabled', async () => {
      await define('quiet');
      await client.send(new DisableAlarmActionsCommand({ AlarmNames: ['quiet'] }));
      const set = (StateValue: 'OK' | 'ALARM') =>
        client.send(new SetAlarmStateCommand({ AlarmName: 'quiet', StateValue, StateReason: 'by hand' }));
      await set('ALARM');
      await client.send(new EnableAlarmActionsCommand({ AlarmNames: ['quiet'] }));
      await set('OK');
      await set('ALARM');
      expect(changesOf('quiet').map(({ actions }) => actions)).toEqual([[], [], [topic]]);
      expect(await describe_('quiet')).toMatchObject({ StateValue: 'ALARM', StateReason: 'by hand' });
      const unknown = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: '' });
      await expect(client.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFound' });
    });

    it('may watch a percentile, and be written as CDK writes it', async () => {
      const MetricStat = { Metric: { Namespace: 'slow', MetricName: 'm' }, Period: 60, Stat: 'p99' };
      await client.send(
        new PutMetricAlarmCommand({
          AlarmName: 'slow',
          Metrics: [{ Id: 'm1', MetricStat, ReturnData: true }],
          EvaluationPeriods: 1,
          Threshold: 100,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      );
      await put('slow', { MetricName: 'm', Values: [10, 200], Counts: [10, 1] });
      await cloudWatch.evaluate(noon + minute);
      expect(changesOf('slow')[0]?.notification).toMatchObject({
        NewStateValue: 'ALARM',
        Trigger: { StatisticType: 'ExtendedStatistic', ExtendedStatistic: 'p99', TreatMissingData: 'missing' },
      });
    });

    it('is found by prefix and state, by pages, and deleted', async () => {
      for (const name of ['page-1', 'page-2', 'page-3']) await define(name);
      const page = async (input: object) => {
        const { MetricAlarms, NextToken } = await client.send(
          new DescribeAlarmsCommand({ AlarmNamePrefix: 'page-', MaxRecords: 2, ...input }),
        );
        return { names: MetricAlarms?.map(({ AlarmName }) => AlarmName), NextToken };
      };
      const first = await page({});
      expect(first.names).toEqual(['page-1', 'page-2']);
      expect((await page({ NextToken: first.NextToken })).names).toEqual(['page-3']);
      expect((await page({ StateValue: 'ALARM' })).names).toEqual([]);
      await client.send(new DeleteAlarmsCommand({ AlarmNames: ['page-1', 'page-2'] }));
      expect((await page({})).names).toEqual(['page-3']);
    });

    it('is refused when it cannot be evaluated here', async () => {
      await expect(define('wrong', { DatapointsToAlarm: 2 })).rejects.toMatchObject({ name: 'ValidationException' });
      await expect(define('wrong', { Period: 10 })).rejects.toThrow('Period');
    });
  });

  it('has metrics, alarms and their states after a restart', async () => {
    const before = (await client.send(new DescribeAlarmsCommand({}))).MetricAlarms;
    client.destroy();
    await cloudWatch.stop();
    expect(cloudWatch.ingestEmf('{"_aws":{}}')).toBe(0);
    nowMs += minute;
    cloudWatch = await start();
    client = connect(cloudWatch);
    expect((await client.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual(before);
    expect(await read('forms', 'SampleCount', 300)).toEqual([[0, 11]]);
  });
});
