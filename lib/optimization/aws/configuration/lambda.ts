import { type FunctionConfiguration, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import type { AwsClients } from '../clients.ts';
import { findFunction } from '../resources/lambda.ts';
import { readAliases } from './aliases.ts';
import type { Calls } from './calls.ts';
import { readEventSources } from './event-sources.ts';
import { readLogGroup } from './log-group.ts';
import type { LambdaConfiguration } from './model.ts';
import { readReports } from './reports.ts';

/** What Lambda gives where nobody says otherwise. */
const defaults = { memoryMb: 128, timeoutSeconds: 3 } as const;

/** @returns undefined where not even its configuration can be read */
export async function readLambda(
  { lambda, logs }: Pick<AwsClients, 'lambda' | 'logs'>,
  calls: Calls,
  name: string,
  nowMs: number,
): Promise<LambdaConfiguration | undefined> {
  const found = await calls.ask('lambda:GetFunctionConfiguration', name, () => findFunction(lambda, name));
  if (found === undefined) return undefined;
  const { functionName, configuration } = found;
  const group = configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`;
  const [concurrency, aliases, eventSources, log, reports] = await Promise.all([
    calls.ask('lambda:GetFunctionConcurrency', name, () =>
      lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: functionName })),
    ),
    calls.ask('lambda:ListAliases', name, () => readAliases(lambda, functionName)),
    calls.ask('lambda:ListEventSourceMappings', name, () => readEventSources(lambda, functionName)),
    calls.ask('logs:DescribeLogGroups', name, () => readLogGroup(logs, group)),
    calls.ask('logs:FilterLogEvents', name, () => readReports(logs, group, { nowMs, ...changedOf(configuration) })),
  ]);
  const reserved = concurrency?.ReservedConcurrentExecutions;
  return {
    name,
    isManaged: found.isManaged,
    functionName,
    ...settingsOf(configuration),
    eventSources: eventSources ?? [],
    ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
    ...(aliases === undefined ? {} : { aliases }),
    ...(log === undefined ? {} : { logs: log }),
    ...(reports === undefined ? {} : { reports }),
  };
}

const settingsOf = (configuration: FunctionConfiguration) => {
  const { MemorySize, Timeout, Architectures, PackageType, Runtime, CodeSize, Layers, SnapStart } = configuration;
  return {
    memoryMb: MemorySize ?? defaults.memoryMb,
    timeoutSeconds: Timeout ?? defaults.timeoutSeconds,
    architecture: Architectures?.[0] === 'arm64' ? ('arm64' as const) : ('x86_64' as const),
    packageType: PackageType ?? ('Zip' as const),
    ...(Runtime === undefined ? {} : { runtime: String(Runtime) }),
    ...(CodeSize ? { codeBytes: CodeSize } : {}),
    layers: (Layers ?? []).map(({ Arn = '', CodeSize: bytes }) => ({
      name: Arn.split(':').slice(6).join(':'),
      ...(bytes === undefined ? {} : { bytes }),
    })),
    hasSnapStart: SnapStart?.ApplyOn === 'PublishedVersions',
  };
};

/** Lambda writes it as ISO 8601 with a zone of four digits. */
function changedOf({ LastModified }: FunctionConfiguration): { changedAtMs?: number } {
  const changedAtMs = Date.parse(LastModified ?? '');
  return Number.isNaN(changedAtMs) ? {} : { changedAtMs };
}
