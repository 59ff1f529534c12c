import type { Channel, ChannelRequest, ChannelTrouble } from '../../contracts/channels.ts';
import { DomainError } from '../../platform/errors.ts';
import type { StoredChannel } from './model.ts';

/**
 * What a channel is to be, with the secrets that were left out as they were. A key or a secret is kept for the address that it was
 * given for only: whoever changes the address must know it, or could have it sent to himself.
 *
 * @throws DomainError invalid-request where one is missing
 */
export function completed(request: ChannelRequest, current: ChannelRequest | undefined): ChannelRequest {
  const whole = { ...request };
  const before = current?.kind === request.kind ? current : undefined;
  if (needsAddress(whole) && before !== undefined && needsAddress(before)) whole.url ??= before.url;
  if (whole.kind === 'pagerduty' && before?.kind === 'pagerduty' && before.url === whole.url) {
    whole.routingKey ??= before.routingKey;
  }
  if (whole.kind === 'webhook' && before?.kind === 'webhook' && before.url === whole.url)
    whole.secret ??= before.secret;
  for (const name of secretsOf(whole)) {
    if ((whole as Record<string, unknown>)[name] === undefined) throw missing(name);
  }
  return whole;
}

type WithAddress = Extract<ChannelRequest, { kind: 'slack' | 'teams' | 'webhook' }>;

const needsAddress = (settings: ChannelRequest): settings is WithAddress =>
  settings.kind === 'slack' || settings.kind === 'teams' || settings.kind === 'webhook';

const secretsOf = ({ kind }: ChannelRequest): readonly string[] =>
  ({
    sns: [],
    slack: ['url'],
    teams: ['url'],
    pagerduty: ['routingKey'],
    webhook: ['url', 'secret'],
    eventbridge: [],
  })[kind];

const missing = (name: string): DomainError =>
  new DomainError('invalid-request', `body.${name}: is needed`, {
    fieldErrors: [{ path: `body.${name}`, message: 'is needed, since none is kept for this kind and address' }],
  });

/** What anybody may see of a channel. */
export function shownChannel(
  { channelId, settings, createdAt, createdBy, updatedAt }: StoredChannel,
  trouble: ChannelTrouble | undefined,
): Channel {
  const { kind, description, projects, minSeverity } = settings;
  const secret = secretIn(settings);
  return {
    channelId,
    kind,
    ...(description === undefined ? {} : { description }),
    ...(projects === undefined ? {} : { projects }),
    minSeverity,
    to: whereTo(settings),
    ...(settings.kind === 'sns' ? { format: settings.format } : {}),
    ...(secret === undefined ? {} : { secretEnd: secret.slice(-4) }),
    createdAt,
    createdBy,
    updatedAt,
    ...(trouble === undefined ? {} : { trouble }),
  };
}

const secretIn = (settings: ChannelRequest): string | undefined =>
  settings.kind === 'pagerduty' ? settings.routingKey : settings.kind === 'webhook' ? settings.secret : undefined;

function whereTo(settings: ChannelRequest): string {
  if (settings.kind === 'sns') return settings.topicArn;
  if (settings.kind === 'eventbridge') return settings.eventBus;
  return settings.url === undefined ? '' : withoutSecret(settings.url);
}

/** So long must what is not shown be for its end to give nothing away. */
const hiddenLength = 16;

/** Where an address leads, and its end, by which people tell it from others. */
export function withoutSecret(address: string): string {
  const { origin, pathname, search } = new URL(address);
  const rest = pathname + search;
  return `${origin}/...${rest.length >= hiddenLength ? rest.slice(-4) : ''}`;
}
