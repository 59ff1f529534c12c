import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AlertNotification } from '../../contracts/alerts.ts';
import type { ChannelKind, ChannelRequest } from '../../contracts/channels.ts';
import { reasonOf } from '../../platform/aws-failure.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { eventBatches } from './kinds/eventbridge.ts';
import { pagerDutyEvent } from './kinds/pagerduty.ts';
import { slackMessage } from './kinds/slack.ts';
import { snsMessage } from './kinds/sns.ts';
import { teamsMessage } from './kinds/teams.ts';
import { webhookRequest } from './kinds/webhook.ts';
import { type PostOptions, postJson } from './post.ts';

/** A notification on its way through a channel: in parts, each of which is sent by itself. */
export interface Sending {
  parts: number;
  send(part: number): Promise<Outcome>;
}

type Prepare<Kind extends ChannelKind> = (
  settings: Extract<ChannelRequest, { kind: Kind }>,
  notification: AlertNotification,
) => Sending;

/** AWS's own clients: a call that hangs must not outlast the function, which tries again by itself. */
const awsOptions = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** Sends notifications, each kind of channel in its own way. */
export class Couriers {
  readonly #post: PostOptions;
  readonly #sns = new SNSClient(awsOptions);
  readonly #events = new EventBridgeClient(awsOptions);

  constructor(post: PostOptions) {
    this.#post = post;
  }

  prepare(settings: ChannelRequest, notification: AlertNotification): Sending {
    const prepare = this.#kinds[settings.kind] as Prepare<ChannelKind>;
    return prepare(settings, notification);
  }

  #once(url: string | undefined, body: object): Sending {
    return { parts: 1, send: () => postJson(known(url), { body: JSON.stringify(body) }, this.#post) };
  }

  readonly #kinds: { [Kind in ChannelKind]: Prepare<Kind> } = {
    slack: ({ url }, notification) => this.#once(url, slackMessage(notification)),
    teams: ({ url }, notification) => this.#once(url, teamsMessage(notification)),
    webhook: ({ url, secret }, notification) => ({
      parts: 1,
      // Signed when it is sent: a receiver refuses what is old.
      send: () => postJson(known(url), webhookRequest(notification, known(secret), this.#post.clock()), this.#post),
    }),
    pagerduty: ({ url, routingKey }, notification) => ({
      parts: notification.alerts.length,
      send: async (part) => {
        const alert = notification.alerts[part];
        if (alert === undefined) throw new RangeError(`The notification has no alert ${part}`);
        const body = JSON.stringify(pagerDutyEvent(notification, alert, known(routingKey)));
        return postJson(url, { body }, this.#post);
      },
    }),
    sns: ({ topicArn, format }, notification) => ({
      parts: 1,
      send: () => called(() => this.#sns.send(new PublishCommand(snsMessage(notification, { topicArn, format })))),
    }),
    eventbridge: ({ eventBus }, notification) => {
      const batches = eventBatches(notification, eventBus);
      return { parts: batches.length, send: (part) => this.#putEvents(batches[part] ?? []) };
    },
  };

  async #putEvents(entries: PutEventsRequestEntry[]): Promise<Outcome> {
    let left = 0;
    const outcome = await called(async () => {
      const { FailedEntryCount = 0 } = await this.#events.send(new PutEventsCommand({ Entries: entries }));
      left = FailedEntryCount;
    });
    return left === 0 ? outcome : { delivered: false, final: false, detail: 'EventBridge did not take every event.' };
  }
}

/** A stored channel is complete: `completed` saw to it. */
function known(secret: string | undefined): string {
  if (secret === undefined) throw new Error('The channel has no address or secret');
  return secret;
}

/** What does not go away by itself. */
const lasting: ReadonlySet<string> = new Set([
  'NotFound',
  'NotFoundException',
  'ResourceNotFoundException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'AccessDeniedException',
  'InvalidParameter',
  'InvalidParameterException',
  'ValidationException',
  'ValidationError',
  'KMSAccessDenied',
  'KMSDisabled',
]);

const sentence = (clause: string): string => clause.charAt(0).toUpperCase() + clause.slice(1);

/** @returns what became of a call of AWS. What it wrote of an error is never told: it names resources. */
async function called(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    await call();
    return { delivered: true, status: 200 };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    return {
      delivered: false,
      final: lasting.has(name),
      ...(status === undefined ? {} : { status }),
      detail: `${sentence(reasonOf(error))}.`,
    };
  }
}
