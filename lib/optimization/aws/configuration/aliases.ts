import {
  type LambdaClient,
  ListAliasesCommand,
  ListProvisionedConcurrencyConfigsCommand,
} from '@aws-sdk/client-lambda';
import { allPages } from '../pages.ts';
import type { AliasConfiguration } from './model.ts';

export async function readAliases(lambda: LambdaClient, FunctionName: string): Promise<AliasConfiguration[]> {
  const aliases = await allPages(async (Marker) => {
    const page = await lambda.send(new ListAliasesCommand({ FunctionName, ...(Marker ? { Marker } : {}) }));
    return { items: page.Aliases, next: page.NextMarker };
  });
  if (aliases.length === 0) return [];
  const provisioned = await allPages(async (Marker) => {
    const page = await lambda.send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName, ...(Marker ? { Marker } : {}) }),
    );
    return { items: page.ProvisionedConcurrencyConfigs, next: page.NextMarker };
  });
  // `arn:aws:lambda:us-east-1:123456789012:function:orders:live`
  const unitsOf = new Map(
    provisioned.map((one) => [one.FunctionArn?.split(':').at(7), one.RequestedProvisionedConcurrentExecutions]),
  );
  return aliases.map(({ Name = '', FunctionVersion = '' }) => {
    const units = unitsOf.get(Name);
    return { name: Name, version: FunctionVersion, ...(units === undefined ? {} : { provisionedConcurrency: units }) };
  });
}
