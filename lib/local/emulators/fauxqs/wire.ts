/** The parts of SQS's and SNS's requests that carry a trace header; everything else passes as it is. */
interface SystemAttributes {
  MessageSystemAttributes?: { AWSTraceHeader?: { StringValue?: string } };
}

interface Sending extends SystemAttributes {
  MessageBody?: string;
  Entries?: readonly (SystemAttributes & { MessageBody?: string })[];
}

/**
 * What AWS keeps as `AWSTraceHeader`: the message's own attribute when the sender gave one, else the HTTP header, which
 * every AWS SDK inside a Lambda function adds.
 *
 * @param body the parsed request: SendMessage, SendMessageBatch, or an SNS publish
 */
export function traceHeaderFinder(
  body: unknown,
  httpHeader: string | undefined,
): (messageBody: string) => string | undefined {
  const sending = Object(body) as Sending;
  const messages = sending.Entries ?? [sending];
  const own = new Map<string, string>();
  for (const { MessageBody, MessageSystemAttributes } of messages) {
    const header = MessageSystemAttributes?.AWSTraceHeader?.StringValue;
    if (MessageBody !== undefined && header !== undefined) own.set(MessageBody, header);
  }
  return (messageBody) => own.get(messageBody) ?? httpHeader;
}

export interface Receiving {
  QueueUrl?: string;
  AttributeNames?: readonly string[];
  MessageSystemAttributeNames?: readonly string[];
}

export interface Received {
  Messages?: { ReceiptHandle: string; Attributes?: Record<string, string> }[];
}

export function wantsTraceHeader({ AttributeNames = [], MessageSystemAttributeNames = [] }: Receiving): boolean {
  const names = [...AttributeNames, ...MessageSystemAttributeNames];
  return names.includes('All') || names.includes('AWSTraceHeader');
}
