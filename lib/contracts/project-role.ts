import { z } from 'zod';

/** All roles that a deployment may take in other accounts are named so; its own permission names no others. */
export const projectRolePrefix = 'headroom-';

/** A role in the account where a project's resources are. */
export const projectRole = z
  .strictObject({
    arn: z
      .string()
      .max(256)
      .regex(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/headroom-[\w+=,.@-]{1,55}$/,
        'must be the ARN of a role whose name begins with headroom-, as in arn:aws:iam::123456789012:role/headroom-shop',
      ),
    externalId: z
      .string()
      .regex(/^[\w+=,.@:/-]{16,256}$/, 'must have 16 to 256 characters of A-Z, a-z, 0-9 and _+=,.@:/-')
      .describe('What the role asks for beside the caller: long, random, and of this project alone'),
  })
  .meta({ id: 'ProjectRole' });
export type ProjectRole = z.output<typeof projectRole>;
