import { Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import type { FunctionName } from '../contracts/functions.ts';
import { accountRules, apiRules, functionRules, queueRules, tableRules } from './alarm-rules.ts';
import { Alarms } from './alarms.ts';
import type { Bundle } from './bundle.ts';
import { cacheRules, redisRules } from './cache-alarm-rules.ts';
import { CacheTier } from './cache-tier.ts';
import { CustomDomain, ownNameOf } from './custom-domain.ts';
import { Dashboard } from './dashboard.ts';
import { Edge, EdgeSecret } from './edge.ts';
import { letServicesUse } from './encryption.ts';
import { EventSources } from './event-sources.ts';
import { Functions } from './functions.ts';
import { HttpApi } from './http-api.ts';
import { InstrumentLayer } from './instrument-layer.ts';
import { Queues } from './queues.ts';
import { Schedule } from './schedule.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';
import { Tables } from './tables.ts';
import { tagsOf } from './tagging.ts';
import { TargetNetwork } from './target-network.ts';
import { Topics } from './topics.ts';

export interface PlatformProps {
  options: DeploymentOptions;
  bundles: Readonly<Record<FunctionName, Bundle>>;
  /** Of `layers/instrument`. */
  layer: Bundle;
  /** Default: what the options name. */
  surroundings?: Surroundings;
}

/** The whole platform of one stage, in whatever stack. */
export class Platform extends Construct {
  readonly options: DeploymentOptions;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly functions: Functions;
  readonly topics: Topics;
  readonly api: HttpApi;
  readonly alarms: Alarms;
  readonly layer: InstrumentLayer;
  /** Where the API answers. */
  readonly url: string;
  /** What the record of the deployment's own name must lead to, where it has one. */
  readonly nameTarget: string | undefined;
  /** The security group that targets let in, where functions call them from a network of the owner's. */
  readonly targetCallers: string | undefined;

  constructor(scope: Construct, id: string, { options, bundles, layer, ...props }: PlatformProps) {
    super(scope, id);
    const { stage } = options;
    this.options = options;
    const surroundings = props.surroundings ?? surroundingsOf(this, options);
    const { key, targetSubnets } = surroundings;
    letServicesUse(key, Stack.of(this));
    this.tables = new Tables(this, 'Tables', { ...options, key });
    this.queues = new Queues(this, 'Queues', { stage, key });
    const cacheTier =
      options.cacheTier === 'none'
        ? undefined
        : new CacheTier(this, 'CacheTier', { options, tables: this.tables, surroundings });
    const targets = targetSubnets === undefined ? undefined : new TargetNetwork(this, 'Targets', targetSubnets);
    this.targetCallers = targets?.callers;
    const secret = options.edge === 'none' ? undefined : new EdgeSecret(this, 'EdgeSecret', { key });
    this.functions = new Functions(this, 'Functions', {
      options,
      bundles,
      tables: this.tables,
      queues: this.queues,
      cacheTier,
      targets,
      surroundings,
      edgeSecret: secret?.value,
    });
    this.topics = new Topics(this, 'Topics', { functions: this.functions, options, key });
    new EventSources(this, 'EventSources', this);
    new Schedule(this, 'Schedule', { functions: this.functions, stage });
    this.api = new HttpApi(this, 'HttpApi', { functions: this.functions, options, key });
    this.alarms = new Alarms(this, 'Alarms', {
      stage,
      topic: this.topics.byName.alarms,
      rules: [
        ...this.functions.all.flatMap(functionRules),
        ...accountRules(),
        ...queueRules(this.queues),
        ...apiRules(this.api),
        ...tableRules('history-table', this.tables.history),
        ...cacheRules(stage, this.tables.cache),
        ...(cacheTier === undefined ? [] : redisRules(cacheTier, options)),
      ],
    });
    new Dashboard(this, 'Dashboard', {
      stage,
      api: this.api,
      functions: this.functions,
      queues: this.queues,
      tables: this.tables,
      cacheTier,
      alarms: this.alarms.all,
    });
    this.layer = new InstrumentLayer(this, 'InstrumentLayer', { stage, bundle: layer });

    const name = ownNameOf(this, options);
    if (secret !== undefined) {
      const edge = new Edge(this, 'Edge', { options, api: this.api, secret: secret.value, name });
      this.nameTarget = name && edge.domainName;
      this.url = `https://${name?.domainName ?? edge.domainName}`;
    } else {
      this.nameTarget =
        name && new CustomDomain(this, 'Domain', { name, api: this.api.api, stage: this.api.stage }).target;
      this.url = name === undefined ? this.api.api.apiEndpoint : `https://${name.domainName}`;
    }

    for (const [tag, value] of Object.entries(tagsOf(options))) Tags.of(this).add(tag, value);
    if (options.permissionsBoundaryArn !== undefined) {
      const boundary = ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', options.permissionsBoundaryArn);
      PermissionsBoundary.of(this).apply(boundary);
    }
  }
}
