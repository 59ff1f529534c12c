import type { AlertEvent } from '../../contracts/alerts.ts';
import { SeverityBadge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Moment } from '../components/moment.tsx';

/** What happened to an alert, the latest first. */
export const HistoryCard = ({ history }: { history: readonly AlertEvent[] }) => (
  <Card title="History">
    <ol class="events">
      {history.toReversed().map(({ at, event, by, severity, why }) => (
        <li key={`${at} ${event}`}>
          <p>
            <b>{event}</b> by {by} {severity !== undefined && <SeverityBadge severity={severity} />}
          </p>
          {why !== undefined && <p>{why}</p>}
          <small class="note">
            <Moment at={at} />
          </small>
        </li>
      ))}
    </ol>
  </Card>
);
