import text from '../../../docs/runbook.md';
import type { AlertType } from '../../contracts/alerts.ts';

export interface Advice {
  /** `Means`, `Look at`, `Do`, `Silence`. */
  title: string;
  /** With code between backticks. */
  text: string;
}

/** What the documentation says of a type of alert; nothing where it does not. */
export function adviceOn(type: AlertType): Advice[] {
  const section = text.split(/^## /m).find((one) => one.startsWith(`${type}\n`)) ?? '';
  return [...section.matchAll(/^\*\*(.+?)\*\*: (.+)$/gm)].map(([, title = '', said = '']) => ({ title, text: said }));
}
