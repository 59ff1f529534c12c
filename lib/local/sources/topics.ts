import type { Message } from '@aws-sdk/client-sqs';
import type { SNSEvent, SNSMessageAttributes } from 'aws-lambda';

/**
 * A topic invokes a function asynchronously: Lambda keeps the event in a queue of its own and tries it three times.
 * Here that queue is one of SQS that is subscribed to the topic.
 */
export const topicTries = 3;

/** What SNS delivers to a queue; the URLs are spelt otherwise than in the event of Lambda. */
interface Notification {
  Type?: string;
  MessageId?: string;
  TopicArn?: string;
  Subject?: string;
  Message?: string;
  Timestamp?: string;
  SignatureVersion?: string;
  Signature?: string;
  SigningCertURL?: string;
  UnsubscribeURL?: string;
  MessageAttributes?: SNSMessageAttributes;
}

/** The event that SNS invokes Lambda with, from the notification that it delivers to a queue. */
export function snsEvent(messages: readonly Message[]): SNSEvent {
  return {
    Records: messages.map(({ Body = '{}' }) => {
      const notification = JSON.parse(Body) as Notification;
      return {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionOf(notification),
        Sns: {
          Type: notification.Type ?? 'Notification',
          MessageId: notification.MessageId ?? '',
          TopicArn: notification.TopicArn ?? '',
          ...(notification.Subject === undefined ? {} : { Subject: notification.Subject }),
          Message: notification.Message ?? '',
          Timestamp: notification.Timestamp ?? '',
          SignatureVersion: notification.SignatureVersion ?? '1',
          Signature: notification.Signature ?? '',
          SigningCertUrl: notification.SigningCertURL ?? '',
          UnsubscribeUrl: notification.UnsubscribeURL ?? '',
          MessageAttributes: notification.MessageAttributes ?? {},
        },
      };
    }),
  };
}

/** A notification names its subscription only in the address that ends it. */
const subscriptionOf = ({ UnsubscribeURL = '' }: Notification): string =>
  URL.parse(UnsubscribeURL)?.searchParams.get('SubscriptionArn') ?? '';

/** What a function answers to an asynchronous invocation is not looked at. */
export const ignoreAnswer = (): readonly string[] => [];
