// Sends each message that it gets to its own queue again, one higher, up to the limit in it.
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';

const sqs = new SQSClient({});

export const handler = async (event: SQSEvent): Promise<void> => {
  for (const { body } of event.Records) {
    const { turn, limit } = JSON.parse(body) as { turn: number; limit: number };
    console.log(`turn ${turn}`);
    if (turn >= limit) continue;
    await sqs.send(
      new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify({ turn: turn + 1, limit }) }),
    );
  }
};
