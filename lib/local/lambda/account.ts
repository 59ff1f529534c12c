/** The AWS account that a machine pretends to be. The emulators use the same one. */
export const region = 'us-east-1';
export const accountId = '000000000000';

export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${accountId}:function:${name}`;
export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;
export const topicArn = (name: string): string => `arn:aws:sns:${region}:${accountId}:${name}`;
export const ruleArn = (name: string): string => `arn:aws:events:${region}:${accountId}:rule/${name}`;

/** The emulators check no signature, but the AWS SDK wants something to sign with. */
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
