import type { AlertSeverity } from '../../contracts/alerts.ts';
import type { OperationRequest } from '../../contracts/routes.ts';

type ChannelBody = OperationRequest<'putChannel'>['body'];
export type ChannelKindName = ChannelBody['kind'];

interface ChannelField {
  name: string;
  label: string;
  hint?: string;
  isSecret?: true;
  required?: true;
}

const address: ChannelField = {
  name: 'url',
  label: 'Address',
  hint: 'Secret: whoever knows it can post',
  required: true,
};
const description: ChannelField = { name: 'description', label: 'Description' };

/** What each kind is told of itself. */
export const channelFields: Record<ChannelKindName, readonly ChannelField[]> = {
  webhook: [
    address,
    {
      name: 'secret',
      label: 'Secret',
      hint: 'At least 16 characters: requests are signed with it',
      isSecret: true,
      required: true,
    },
    description,
  ],
  slack: [{ ...address, label: 'Address of the incoming webhook' }, description],
  teams: [{ ...address, label: 'Address of the workflow' }, description],
  pagerduty: [
    { name: 'routingKey', label: 'Integration key', hint: '32 characters', isSecret: true, required: true },
    description,
  ],
  sns: [{ name: 'topicArn', label: 'ARN of the topic', required: true }, description],
  eventbridge: [{ name: 'eventBus', label: 'Event bus', hint: 'Empty: default' }, description],
};

export const channelKindOptions: readonly { value: ChannelKindName; label: string }[] = [
  { value: 'webhook', label: 'Webhook' },
  { value: 'slack', label: 'Slack' },
  { value: 'teams', label: 'Microsoft Teams' },
  { value: 'pagerduty', label: 'PagerDuty' },
  { value: 'sns', label: 'SNS' },
  { value: 'eventbridge', label: 'EventBridge' },
];

interface Heard {
  minSeverity: AlertSeverity;
  projects?: string[];
}

/** @param values what was typed, by the names of the fields */
export function channelBody(
  kind: ChannelKindName,
  values: Readonly<Record<string, string>>,
  heard: Heard,
): ChannelBody {
  const given = channelFields[kind].flatMap(({ name }) => {
    const value = values[name]?.trim() ?? '';
    return value === '' ? [] : [[name, value]];
  });
  // The API says which of them is missing.
  return { kind, ...heard, ...Object.fromEntries(given) } as ChannelBody;
}
