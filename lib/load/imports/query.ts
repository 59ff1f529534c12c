import { percentDecoded } from './literal.ts';
import { isSecret } from './secrets.ts';

/** A pair as it stands in a query. */
export interface QueryPair {
  name: string;
  value: string;
  /** Encoded as it was sent. */
  text: string;
}

/** @param search with or without its question mark */
export function queryPairs(search: string): QueryPair[] {
  const query = search.replace(/^\?/, '');
  if (query === '') return [];
  return query.split('&').map((text) => {
    const equals = text.indexOf('=');
    const [name, value] = equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
    return { name: decoded(name), value: decoded(value), text };
  });
}

/** In a query, a plus sign stands for a space. */
const decoded = (text: string): string => percentDecoded(text.replaceAll('+', ' '));

/** @returns the query as it was, with its question mark, but for the parameters whose names say that they hold secrets */
export function queryWithoutSecrets(search: string, onSecret: (name: string) => void): string {
  const kept = queryPairs(search).filter(({ name }) => {
    if (!isSecret(name)) return true;
    onSecret(name);
    return false;
  });
  return kept.length === 0 ? '' : `?${kept.map(({ text }) => text).join('&')}`;
}
