import { LambdaClient } from '@aws-sdk/client-lambda';
import { requestHandler } from './parts.ts';

/**
 * Apart from the other parts, so that only functions that invoke others, or ask for the account's limits, carry it: it is
 * a tenth of a bundle.
 */
export const createLambdaClient = (): LambdaClient => new LambdaClient({ requestHandler });
