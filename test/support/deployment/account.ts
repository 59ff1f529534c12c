import { resolve } from 'node:path';
import { createDeploymentClients } from '../../../lib/deployment/clients.ts';
import { Deployments } from '../../../lib/deployment/deployments.ts';
import { Double, ServiceFailure } from '../aws-doubles/double.ts';
import { jsonTarget } from '../aws-doubles/json-target.ts';
import { queryXml } from '../aws-doubles/query-xml.ts';
import { restJson } from '../aws-doubles/rest-json.ts';

interface Event {
  id: string;
  at: string;
  resource: string;
  status: string;
  reason?: string;
}

interface Table {
  isProtected: boolean;
}

/** What an account holds, as far as deployments look at it. */
export interface AccountState {
  bootstrap: string | undefined;
  concurrency: number;
  stacks: Map<string, { id: string; status: string; outputs: Record<string, string>; events: Event[] }>;
  /** Of the next deletion: what could not be deleted. */
  undeletable: string | undefined;
  tables: Map<string, Table>;
  logGroups: Set<string>;
  alarms: Set<string>;
  /** Of each metric, by its name: what every one that is asked for comes to. */
  metrics: Record<string, number>;
}

const emptyState = (): AccountState => ({
  bootstrap: '24',
  concurrency: 1_000,
  stacks: new Map(),
  undeletable: undefined,
  tables: new Map(),
  logGroups: new Set(),
  alarms: new Set(),
  metrics: {},
});

/** An account over real HTTP, which AWS's own clients are pointed at by the SDK's own variables. */
export async function startDeploymentAccount() {
  let state = emptyState();
  const before = { ...process.env };
  const sts = await Double.start(
    queryXml({
      GetCallerIdentity: () => ({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/ops', UserId: 'U' }),
    }),
  );
  const ssm = await Double.start(
    jsonTarget({
      GetParameter: () => {
        if (state.bootstrap === undefined) throw new ServiceFailure('ParameterNotFound', 400);
        return { Parameter: { Value: state.bootstrap } };
      },
    }),
  );
  const lambda = await Double.start(
    restJson([
      {
        route: 'GET /2016-08-19/account-settings',
        operation: 'GetAccountSettings',
        run: () => ({
          AccountLimit: {
            ConcurrentExecutions: state.concurrency,
            UnreservedConcurrentExecutions: state.concurrency,
          },
        }),
      },
    ]),
  );
  const stackOf = (name = '') => {
    const found = state.stacks.get(name) ?? [...state.stacks.values()].find(({ id }) => id === name);
    if (found === undefined) throw new ServiceFailure('ValidationError', 400, `Stack with id ${name} does not exist`);
    return found;
  };
  const happens = (stack: { events: Event[] }, resource: string, status: string, reason?: string): void => {
    const id = `e${stack.events.length}`;
    stack.events.unshift({ id, at: new Date().toISOString(), resource, status, ...(reason && { reason }) });
  };
  const cloudFormation = await Double.start(
    queryXml({
      DescribeStacks: ({ StackName = '' }) => {
        const { id, status, outputs } = stackOf(StackName);
        // One that is gone is known by its id only.
        if (status === 'DELETE_COMPLETE' && StackName !== id) {
          throw new ServiceFailure('ValidationError', 400, `Stack with id ${StackName} does not exist`);
        }
        const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
        return {
          Stacks: [
            { StackName: 'headroom', StackId: id, StackStatus: status, CreationTime: '2026-01-01T00:00:00Z', Outputs },
          ],
        };
      },
      DescribeStackEvents: ({ StackName }) => ({
        StackEvents: stackOf(StackName).events.map(({ id, at, resource, status, reason }) => ({
          EventId: id,
          Timestamp: at,
          LogicalResourceId: resource,
          ResourceType: 'AWS::X::Y',
          ResourceStatus: status,
          ResourceStatusReason: reason,
        })),
      }),
      CreateStack: ({ StackName = '' }) => {
        const stack = {
          id: `arn:aws:cloudformation:eu-central-1:123456789012:stack/${StackName}/1`,
          status: 'CREATE_COMPLETE',
          outputs: {
            ApiUrl: 'https://api.example.com',
            HistoryTableName: `${StackName}-TablesHistory1`,
            ApiId: 'a1',
            CacheTableName: `${StackName}-TablesCache1`,
          },
          events: [],
        };
        happens(stack, 'TablesHistory', 'CREATE_COMPLETE');
        happens(stack, StackName, 'CREATE_COMPLETE');
        state.stacks.set(StackName, stack);
        for (const kind of ['History', 'Cache']) state.tables.set(`${StackName}-Tables${kind}1`, { isProtected: true });
        return { StackId: stack.id };
      },
      DeleteStack: ({ StackName }) => {
        const stack = stackOf(StackName);
        stack.status = state.undeletable === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED';
        if (state.undeletable !== undefined) happens(stack, state.undeletable, 'DELETE_FAILED', 'it is in use');
        happens(stack, 'headroom', stack.status);
        return {};
      },
    }),
  );
  const logs = await Double.start(
    jsonTarget({
      DescribeLogGroups: ({ logGroupNamePrefix }) => ({
        logGroups: [...state.logGroups]
          .filter((name) => name.startsWith(String(logGroupNamePrefix)))
          .map((logGroupName) => ({ logGroupName })),
      }),
      DeleteLogGroup: ({ logGroupName }) => void state.logGroups.delete(String(logGroupName)),
    }),
  );
  const cloudWatch = await Double.start(
    jsonTarget({
      DescribeAlarms: ({ AlarmNamePrefix }) => ({
        MetricAlarms: [...state.alarms]
          .filter((name) => name.startsWith(String(AlarmNamePrefix)))
          .map((AlarmName) => ({ AlarmName })),
      }),
      DeleteAlarms: ({ AlarmNames }) => {
        for (const name of AlarmNames as string[]) state.alarms.delete(name);
      },
      GetMetricData: ({ MetricDataQueries }) => ({
        MetricDataResults: (MetricDataQueries as { Id: string; MetricStat: { Metric: { MetricName: string } } }[]).map(
          ({ Id, MetricStat }) => ({ Id, Values: [state.metrics[MetricStat.Metric.MetricName] ?? 0] }),
        ),
      }),
    }),
  );
  const tableNamed = ({ TableName }: Record<string, unknown>): Table => {
    const found = state.tables.get(String(TableName));
    if (found === undefined) throw new ServiceFailure('ResourceNotFoundException', 400);
    return found;
  };
  const dynamodb = await Double.start(
    jsonTarget({
      ListTables: () => ({ TableNames: [...state.tables.keys()] }),
      DescribeTable: (input) => ({
        Table: { TableStatus: 'ACTIVE', DeletionProtectionEnabled: tableNamed(input).isProtected },
      }),
      UpdateTable: (input) => {
        tableNamed(input).isProtected = input.DeletionProtectionEnabled === true;
        return {};
      },
      DeleteTable: (input) => {
        if (tableNamed(input).isProtected) throw new ServiceFailure('ValidationException', 400);
        state.tables.delete(String(input.TableName));
        return {};
      },
    }),
  );
  const doubles = {
    sts,
    ssm,
    lambda,
    cloudformation: cloudFormation,
    cloudwatch_logs: logs,
    cloudwatch: cloudWatch,
    dynamodb,
  };
  Object.assign(
    process.env,
    { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    Object.fromEntries(
      Object.entries(doubles).map(([name, { endpoint }]) => [`AWS_ENDPOINT_URL_${name.toUpperCase()}`, endpoint]),
    ),
  );
  return {
    get state() {
      return state;
    },
    doubles,
    deployments: async () =>
      new Deployments({
        clients: createDeploymentClients({ maxAttempts: 1 }),
        cdk: { program: process.execPath, args: [resolve('test/support/deployment/cdk-stand-in.mjs')], directory: '.' },
        pollMs: 5,
      }),
    clear(): void {
      state = emptyState();
      for (const double of Object.values(doubles)) double.forget();
    },
    async stop(): Promise<void> {
      await Promise.all(Object.values(doubles).map((double) => double.stop()));
      process.env = before;
    },
  };
}
