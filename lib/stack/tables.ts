import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { cacheTable, historyTable } from '../platform/table/schema.ts';

const key = (name: string) => ({ name, type: AttributeType.STRING });

export interface TablesProps extends Pick<DeploymentOptions, 'removalPolicy' | 'deletionProtection'> {
  key: IKey | undefined;
}

export class Tables extends Construct {
  readonly history: TableV2;
  readonly cache: TableV2;

  constructor(scope: Construct, id: string, options: TablesProps) {
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
    for (const table of [this.history, this.cache]) encryptWith(options.key, table);
  }
}

/** Said to the resource itself: its construct takes a key only where the region is known while the template is written. */
function encryptWith(key: IKey | undefined, { node: { defaultChild } }: TableV2): void {
  if (key === undefined || !(defaultChild instanceof CfnGlobalTable)) return;
  defaultChild.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
}
