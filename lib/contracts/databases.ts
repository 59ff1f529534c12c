import { z } from 'zod';
import { displayName, timestamp } from './names.ts';

export const databaseName = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 characters of a-z, 0-9 and -')
  .meta({ id: 'DatabaseName', example: 'orders' });

/** Functions read no other variables for it: their own credentials stand in the environment too. */
export const databaseVariable = z
  .string()
  .regex(/^HEADROOM_DATABASE_[A-Z0-9_]{1,60}$/, 'must begin with HEADROOM_DATABASE_, in capitals');

/** The functions may read these secrets and no others; the project is told from the name, since a key may be bound to one. */
const secretArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:headroom\/[a-z0-9-]{1,40}\/[\w/+=.@-]{1,400}$/,
    'must be the ARN of a secret whose name begins with headroom/, the project, and /',
  );

/** `headroom/shop/orders` -> `shop` */
export const projectOfSecret = (arn: string): string | undefined => /:secret:headroom\/([^/]+)\//.exec(arn)?.[1];

const postgresqlUrl = z
  .string()
  .max(2_048)
  .refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol), {
    message: 'must be a URL that begins with postgres:// or postgresql://',
  });

export const databaseConnection = z.union([
  z.strictObject({
    environment: databaseVariable.describe(
      'A variable of the platform’s environment that holds the URL, or JSON with `url`, or with `host`, `username`, ... as RDS keeps it',
    ),
  }),
  z.strictObject({
    secret: secretArn.describe(
      'The ARN of a secret of AWS Secrets Manager that holds the same, named `headroom/PROJECT/...`. It is read each time, and never kept',
    ),
  }),
  z.strictObject({ url: postgresqlUrl.describe('With its password; on one machine only. It is never shown again') }),
]);
export type DatabaseConnection = z.output<typeof databaseConnection>;

export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** As the `sslmode` of PostgreSQL's own clients. */
export const databaseTls = z.strictObject({
  mode: z
    .enum(tlsModes)
    .describe(
      '`require` asks for no proof of who answers; `verify-ca` for an authority; `verify-full` for the name, too',
    ),
  ca: z
    .string()
    .max(16_000)
    .regex(/^\s*-----BEGIN CERTIFICATE-----/, 'must be certificates in PEM')
    .optional()
    .describe('Who vouches for the server. Default: whom Node trusts, and on Lambda the authorities of Amazon RDS'),
});
export type DatabaseTls = z.output<typeof databaseTls>;

const path = displayName(1_024).regex(/^\//, 'must be an absolute path');

/** A database in which Headroom may create indexes, and drop those that it created. */
export const databaseSettings = z
  .discriminatedUnion('system', [
    z.strictObject({ system: z.literal('sqlite'), path: path.describe('On the machine of the platform only') }),
    z.strictObject({
      system: z.literal('postgresql'),
      connection: databaseConnection,
      tls: databaseTls
        .optional()
        .describe('Default: as `sslmode` of the URL says; without one, `verify-full` for a secret, and else `disable`'),
    }),
  ])
  .meta({ id: 'DatabaseSettings' });
export type DatabaseSettings = z.output<typeof databaseSettings>;

export const registeredDatabase = z
  .object({
    name: databaseName,
    system: z.enum(['sqlite', 'postgresql']),
    location: z.string().describe('The file, or the server and the database, or the reference to them; no secret'),
    registeredAt: timestamp,
    isReachable: z.boolean().optional().describe('As was tried just now; absent in lists'),
    detail: z.string().optional().describe('Why it is not'),
  })
  .meta({ id: 'RegisteredDatabase' });
export type RegisteredDatabase = z.output<typeof registeredDatabase>;
