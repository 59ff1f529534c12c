import type { TopicName } from './function-definition.ts';
import type { FunctionName } from './functions.ts';
import type { QueueName } from './messages.ts';

/** The environment variable that carries a queue's URL. */
export const queueVariable = (queue: QueueName): string => `QUEUE_${queue.replaceAll('-', '_').toUpperCase()}`;
/** Of a topic: the queue of what its function could not take. */
export const deadLetterVariable = (source: QueueName | TopicName): string =>
  `DEAD_LETTERS_${source.replaceAll('-', '_').toUpperCase()}`;
/** The environment variable that carries the deployed name of a function to one that invokes it. */
export const functionVariable = (name: FunctionName): string => `FUNCTION_${name.replaceAll('-', '_').toUpperCase()}`;
export const historyTableVariable = 'HISTORY_TABLE';
export const cacheTableVariable = 'CACHE_TABLE';
/** The topic that takes what alarms say, for functions that make alarms. */
export const alarmsTopicVariable = 'ALARMS_TOPIC';
/** `redis://host:port`, or `rediss://` with TLS; absent where there is no Redis. */
export const redisVariable = 'REDIS_URL';
/** How its clients must speak: to one server, or to a cluster that is entered by the one address. */
export const redisModeVariable = 'REDIS_MODE';
export const redisModes = ['single', 'cluster'] as const;
export type RedisMode = (typeof redisModes)[number];

/** What a distribution in front of the API adds to every request, so that nobody passes it by; absent where there is none. */
export const edgeVariable = 'HEADROOM_EDGE_SECRET';
/** The header that carries it. */
export const edgeHeader = 'headroom-edge';
/** Where the key of Headroom stands when the signature of an identity of AWS has the header `Authorization`. */
export const keyHeader = 'headroom-key';

/** Settings that reach a function as environment variables of the same name. */
export const settingNames = [
  'HEADROOM_STAGE',
  'HEADROOM_PRIVATE_TARGETS',
  'HEADROOM_LOAD_WORKERS',
  'HEADROOM_TESTING_POLICY',
  'HEADROOM_LOCAL_DATABASES',
  'HEADROOM_OIDC',
  'HEADROOM_REQUESTS_PER_MINUTE',
] as const;
export type SettingName = (typeof settingNames)[number];
