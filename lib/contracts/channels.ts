import { z } from 'zod';
import { alertSeverity } from './alerts.ts';
import { displayName, projectName, timestamp } from './names.ts';

/** A channel's name: what a user types in paths and on the command line. */
export const channelName = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 characters of a-z, 0-9 and -')
  .meta({ id: 'ChannelName', example: 'on-call' });

export const channelKinds = ['sns', 'slack', 'teams', 'pagerduty', 'webhook', 'eventbridge'] as const;
export const channelKind = z.enum(channelKinds);
export type ChannelKind = z.output<typeof channelKind>;

const address = z
  .url({ protocol: /^https?$/, hostname: /./ })
  .max(2048)
  .refine((url) => URL.canParse(url) && new URL(url).username === '' && new URL(url).password === '', {
    message: 'must not hold a user or a password',
  })
  .describe('Of `https`; `http` only to private addresses, where the deployment allows those');

const secretAddress = address
  .optional()
  .describe('Secret, since whoever knows it can post. Needed at first; later: absent keeps it');

/** To whom alerts go. */
const heard = {
  description: displayName(200).optional(),
  projects: z
    .array(projectName)
    .min(1)
    .max(50)
    .optional()
    .describe('Whose alerts. Default: those of all projects, and of the deployment'),
  minSeverity: alertSeverity.default('low').describe('Alerts that are less severe are left out'),
};

export const channelRequest = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sns'),
      ...heard,
      topicArn: z
        .string()
        .regex(
          /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
          'must be the ARN of an SNS topic that is not FIFO',
        ),
      format: z.enum(['text', 'json']).default('text').describe('`text` for people, `json` for programs'),
    }),
    z.strictObject({ kind: z.literal('slack'), ...heard, url: secretAddress }),
    z.strictObject({ kind: z.literal('teams'), ...heard, url: secretAddress }),
    z.strictObject({
      kind: z.literal('pagerduty'),
      ...heard,
      url: address.default('https://events.pagerduty.com/v2/enqueue'),
      routingKey: z
        .string()
        .regex(/^[A-Za-z0-9]{32}$/, 'must be the 32 characters of an integration key')
        .optional()
        .describe('Needed at first and with another address; else: absent keeps it'),
    }),
    z.strictObject({
      kind: z.literal('webhook'),
      ...heard,
      url: secretAddress,
      secret: z
        .string()
        .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 printable ASCII characters without spaces')
        .optional()
        .describe('What requests are signed with. Needed at first and with another address; else: absent keeps it'),
    }),
    z.strictObject({
      kind: z.literal('eventbridge'),
      ...heard,
      eventBus: z
        .string()
        .regex(/^(arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[\w./-]{1,256}$/, 'must be a name or an ARN')
        .default('default'),
    }),
  ])
  .meta({ id: 'ChannelRequest' });
export type ChannelRequest = z.output<typeof channelRequest>;

/** How what is sent through it goes, lately. */
export const channelTrouble = z.object({
  failures: z.number().int().describe('One after the other'),
  since: timestamp,
  lastStatus: z.number().int().optional(),
  restsUntil: timestamp.describe('Nothing is sent before then'),
});
export type ChannelTrouble = z.output<typeof channelTrouble>;

export const channel = z
  .object({
    channelId: channelName,
    kind: channelKind,
    ...heard,
    minSeverity: alertSeverity,
    to: z.string().describe('The topic or the bus; of an address, which may be a secret, where it leads and its end'),
    format: z.enum(['text', 'json']).optional(),
    secretEnd: z.string().optional().describe('The last four characters of the key or the secret'),
    createdAt: timestamp,
    createdBy: z.string(),
    updatedAt: timestamp,
    trouble: channelTrouble.optional().describe('Absent: none'),
  })
  .meta({ id: 'Channel' });
export type Channel = z.output<typeof channel>;

export const channelTest = z
  .object({
    delivered: z.boolean(),
    status: z.number().int().optional().describe('What the receiver answered. Absent: it did not'),
    detail: z.string(),
    durationMs: z.number().int(),
  })
  .meta({ id: 'ChannelTest' });
export type ChannelTest = z.output<typeof channelTest>;
