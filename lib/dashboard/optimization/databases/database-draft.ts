import type { DatabaseSettings, TlsMode } from '../../../contracts/databases.ts';

/** How a database is reached. */
export type Way = 'environment' | 'secret' | 'url' | 'sqlite';

export interface DatabaseDraft {
  way: Way;
  value: string;
  /** Empty: as its address says. */
  tls: TlsMode | '';
}

interface WayField {
  option: string;
  label: string;
  hint: string;
  isSecret?: true;
}

export const ways: Record<Way, WayField> = {
  environment: {
    option: 'PostgreSQL, by a variable of the platform',
    label: 'Variable',
    hint: 'HEADROOM_DATABASE_..., which holds the URL',
  },
  secret: {
    option: 'PostgreSQL, by a secret of AWS Secrets Manager',
    label: 'ARN of the secret',
    hint: 'Its name begins with headroom/ and the project',
  },
  url: {
    option: 'PostgreSQL, by its URL',
    label: 'URL',
    hint: 'With its password; on one machine only. It is never shown again',
    isSecret: true,
  },
  sqlite: { option: 'SQLite', label: 'File', hint: 'Its absolute path on the machine of the platform' },
};

export const wayOptions = (Object.keys(ways) as Way[]).map((value) => ({ value, label: ways[value].option }));

export const tlsOptions: readonly { value: TlsMode | ''; label: string }[] = [
  { value: '', label: 'As its address says' },
  { value: 'verify-full', label: 'Who answers is proven, with its name' },
  { value: 'verify-ca', label: 'Who answers is proven by an authority' },
  { value: 'require', label: 'Encrypted, without a proof' },
  { value: 'disable', label: 'None' },
];

export function settingsOf({ way, value, tls }: DatabaseDraft): DatabaseSettings {
  if (way === 'sqlite') return { system: 'sqlite', path: value };
  const connection = { environment: { environment: value }, secret: { secret: value }, url: { url: value } }[way];
  return { system: 'postgresql', connection, ...(tls === '' ? {} : { tls: { mode: tls } }) };
}
