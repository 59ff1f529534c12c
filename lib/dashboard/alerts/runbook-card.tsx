import type { AlertType } from '../../contracts/alerts.ts';
import { Card } from '../components/card.tsx';
import { adviceOn } from './runbook.ts';

/** What to do about an alert, as the runbook says. */
export const RunbookCard = ({ type }: { type: AlertType }) => (
  <Card title="What to do">
    <dl class="advice">
      {adviceOn(type).map(({ title, text }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{withCode(text)}</dd>
        </div>
      ))}
    </dl>
  </Card>
);

const withCode = (text: string) => text.split('`').map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>));
