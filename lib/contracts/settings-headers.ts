// Free of imports: the SDK carries it into users' services, before it knows whether there are any settings.

/** On the answers to telemetry: the version of the live settings that a service is to have. */
export const settingsHeader = 'headroom-settings';
/** On the settings: `v1=` and the HMAC-SHA256 of `signedText`, keyed with the SHA-256 of the key's secret in base64url. */
export const signatureHeader = 'headroom-signature';
/** @param body empty where the answer is that nothing has changed */
export const signedText = (version: string, body: string): string => `${version}\n${body}`;

/** When to ask again: services are told of changes with the answers to their telemetry, so this is for those that send none. */
export const pollSeconds = 60;
/** Until an experiment is over: who has not heard of it yet follows from its next slice on. */
export const experimentPollSeconds = 10;
