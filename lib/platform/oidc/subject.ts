const prefix = 'oidc:';

/** How the holder of a token stands beside API keys, whose ids never look like this. */
export const callerIdOf = (subject: string): string => `${prefix}${subject}`;

export const subjectOf = (callerId: string): string => callerId.slice(prefix.length);
