import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { cacheTable, historyTable } from '../platform/table/schema.ts';

const key = (name: string) => ({ name, type: AttributeType.STRING });

export class Tables extends Construct {
  readonly history: TableV2;
  readonly cache: TableV2;

  constructor(scope: Construct, id: string, options: Pick<DeploymentOptions, 'removalPolicy' | 'deletionProtection'>) {
    super(scope, id);
    const kept = {
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: options.deletionProtection,
      removalPolicy: options.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    const { name, partitionKey, sortKey } = historyTable.outboxIndex;
    this.history = new TableV2(this, 'History', {
      ...kept,
      partitionKey: key(historyTable.partitionKey),
      sortKey: key(historyTable.sortKey),
      timeToLiveAttribute: historyTable.timeToLive,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      globalSecondaryIndexes: [
        {
          indexName: name,
          partitionKey: key(partitionKey),
          sortKey: key(sortKey),
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    this.cache = new TableV2(this, 'Cache', {
      ...kept,
      partitionKey: key(cacheTable.partitionKey),
      sortKey: key(cacheTable.sortKey),
      timeToLiveAttribute: cacheTable.timeToLive,
      // What a cache held some minutes ago is what nobody wants back.
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
    });
  }
}
