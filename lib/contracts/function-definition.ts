import type { SettingName } from './function-variables.ts';
import type { QueueName } from './messages.ts';

export const topicNames = ['alarms'] as const;
export type TopicName = (typeof topicNames)[number];

/** By what the door decides who may come in, in every function that answers HTTP. */
const settingsOfDoor = ['HEADROOM_OIDC', 'HEADROOM_REQUESTS_PER_MINUTE'] as const satisfies SettingName[];

/** All settings of a function: those that its definition names, and those that its door needs. */
export const settingsOf = ({
  settings,
  trigger,
}: Pick<FunctionDefinition, 'settings' | 'trigger'>): readonly SettingName[] =>
  trigger.kind === 'http' ? [...settings, ...settingsOfDoor] : settings;

export type Trigger =
  | { kind: 'http' }
  | { kind: 'queue'; queue: QueueName; batchSize: number; maxConcurrency?: number }
  | { kind: 'schedule'; everyMinutes: number }
  | { kind: 'topic'; topic: TopicName };

/** The functions are named by text here only because their names are taken from the definitions below. */
export interface FunctionDefinition<Name extends string = string> {
  /** Of the bundle's source, from the repository's root. */
  entry: string;
  /** Of threads that it starts, likewise: each is bundled by itself, beside it, under its own name. */
  threads?: readonly string[];
  description: string;
  memoryMb: number;
  timeoutSeconds: number;
  trigger: Trigger;
  /** Concurrency kept for this function alone. */
  reservedConcurrency?: number;
  /** `isolated`: in subnets without a way out but Redis and DynamoDB. */
  network: 'public' | 'isolated';
  /** `allow`: it sends itself messages by design and bounds them by itself. */
  recursion: 'allow' | 'terminate';
  /** How the local runtime hosts it. A process of its own keeps its work from slowing the rest. */
  host: 'thread' | 'process';
  /** `outbox`: it may also read the index of the messages that were not relayed yet. */
  tables: { history?: 'read' | 'readWrite'; outbox?: 'read'; cache?: 'read' | 'readWrite' };
  /** It may reach Redis, where the deployment has one. Only isolated functions can: Redis stands in their subnets. */
  redis?: true;
  /** None when it is isolated: SQS is out of its reach, and what it writes waits in the outbox for the tick. */
  sends: readonly QueueName[];
  /** Functions that it invokes by itself, without waiting for their answers. None when it is isolated, as with queues. */
  invokes?: readonly Name[];
  /** It may ask how many functions the account runs at once. Isolated functions cannot. */
  readsAccountLimits?: true;
  /**
   * It may read every metric of the account from CloudWatch; `all-accounts`: and of those where projects name a role. Isolated
   * functions cannot.
   */
  readsMetrics?: 'own-account' | 'all-accounts';
  /** It may make, read and remove the alarms of projects, and no others. Isolated functions cannot. */
  makesAlarms?: true;
  /** It may read how the account's functions, APIs, tables, queues, caches and stacks are configured. Isolated functions cannot. */
  readsConfiguration?: true;
  /** It may read the secrets whose names begin with `headroom/`: addresses of databases. Isolated functions cannot. */
  readsSecrets?: true;
  /** It may change those of them that have the tag `headroom:managed=true`. Isolated functions cannot. */
  changesResources?: true;
  /** It may tell people of alerts: publish to the topics for them, and put events on buses. Isolated functions cannot. */
  notifies?: true;
  /** It may count what all queues hold, dead letters and those of topics included; `operate`: and read, send on and discard dead letters. */
  allQueues?: 'count' | 'operate';
  settings: readonly SettingName[];
  /** Files that are copied beside the bundle, from the repository's root. */
  assets?: readonly string[];
  /** Programs for browsers, from the repository's root: `x/report.ts` is built to `report.js` and `report.css` beside the bundle. */
  pages?: readonly string[];
  /** Where a program for browsers of many pages begins, from the repository's root: it is built to files of `site/` beside the bundle. */
  site?: string;
}
