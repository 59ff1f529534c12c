import { useState } from 'preact/hooks';
import type { Alert } from '../../contracts/alerts.ts';
import { usePolled } from '../api/use-polled.ts';
import { Badge, SeverityBadge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Page } from '../components/page.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { AlertDialog } from './alert-dialog.tsx';
import { AlertFigures } from './alert-figures.tsx';
import { ownerOf, stateOf } from './alert-words.ts';
import { alertsPath } from './alerts-tabs.tsx';
import { EvidenceCard } from './evidence-card.tsx';
import { HistoryCard } from './history-card.tsx';
import { RunbookCard } from './runbook-card.tsx';
import { SilenceDialog } from './silence-dialog.tsx';
import { WindowCard } from './window-card.tsx';

const everyMs = 15_000;

/** @param project undefined: it was come to from the alerts of all projects */
export default function AlertPage({ alertId }: { project?: string; alertId: string }) {
  const api = useApi();
  const alert = usePolled((signal) => api.call('getAlert', { params: { alertId }, signal }), [alertId], {
    everyMs,
    until: ({ status }) => status === 'resolved',
  });
  const { data } = alert;
  return (
    <Page
      title={data === undefined ? 'Alert' : `${data.type} ${data.subject}`}
      beside={data !== undefined && <Standing alert={data} />}
      lead={data === undefined ? undefined : `${ownerOf(data)}: ${data.reason}`}
      actions={data !== undefined && data.status !== 'resolved' && <Actions alert={data} onDone={alert.reload} />}
    >
      <Loaded of={alert}>{(known) => <Known alert={known} />}</Loaded>
    </Page>
  );
}

function Standing({ alert }: { alert: Alert }) {
  const { words, tone, title } = stateOf(alert);
  return (
    <>
      <SeverityBadge severity={alert.severity} />
      <Badge tone={tone} title={title}>
        {words}
      </Badge>
    </>
  );
}

function Actions({ alert, onDone }: { alert: Alert; onDone: () => void }) {
  const [open, setOpen] = useState<'acknowledge' | 'resolve' | 'silence'>();
  const { reason } = useAllowed('acknowledgeAlert');
  const close = (): void => setOpen(undefined);
  return (
    <>
      {alert.status === 'open' && (
        <Button tone="primary" disabledBecause={reason} onClick={() => setOpen('acknowledge')}>
          Acknowledge
        </Button>
      )}
      <Button disabledBecause={reason} onClick={() => setOpen('resolve')}>
        Resolve
      </Button>
      <Button disabledBecause={reason} onClick={() => setOpen('silence')}>
        Silence
      </Button>
      <AlertDialog of="acknowledge" alert={alert} isOpen={open === 'acknowledge'} onClose={close} onDone={onDone} />
      <AlertDialog of="resolve" alert={alert} isOpen={open === 'resolve'} onClose={close} onDone={onDone} />
      <SilenceDialog
        matchers={{
          ...(alert.project === undefined ? {} : { project: alert.project }),
          type: alert.type,
          subject: alert.subject,
        }}
        isOpen={open === 'silence'}
        onClose={close}
        onDone={onDone}
      />
    </>
  );
}

const Known = ({ alert }: { alert: Alert }) => (
  <div class="cards">
    <WhyUntold alert={alert} />
    <AlertFigures alert={alert} />
    <WindowCard alert={alert} />
    <div class="cards two">
      <RunbookCard type={alert.type} />
      <HistoryCard history={alert.history} />
    </div>
    <EvidenceCard evidence={alert.evidence} />
  </div>
);

/** What keeps it from being told of, and where that is. */
function WhyUntold({ alert: { silencedBy, inhibitedBy, project } }: { alert: Alert }) {
  const path = alertsPath(project);
  if (silencedBy !== undefined) {
    return (
      <p class="outcome">
        Nobody is told of it: <a href={`${path}/silences`}>a silence</a> is in force.
      </p>
    );
  }
  if (inhibitedBy === undefined) return null;
  return (
    <p class="outcome">
      Nobody is told of it: <a href={`${path}/${inhibitedBy}`}>another alert</a> explains it, and is told of in its
      place.
    </p>
  );
}
