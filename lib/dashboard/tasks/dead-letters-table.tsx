import type { DeadLetter } from '../../contracts/dead-letters.ts';
import { unmeasured } from '../../pages/units.ts';
import { Button } from '../components/button.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Moment } from '../components/moment.tsx';
import { useAllowed } from '../session/session.tsx';

interface DeadLettersTableProps {
  queue: string;
  letters: readonly DeadLetter[];
  onRedrive: (letter: DeadLetter) => void;
  onDiscard: (letter: DeadLetter) => void;
}

export function DeadLettersTable({ queue, letters, onRedrive, onDiscard }: DeadLettersTableProps) {
  const { reason } = useAllowed('redriveDeadLetters');
  const actions: Column<DeadLetter> = {
    header: 'Do',
    cell: (letter) => (
      <div class="row-actions">
        <Button disabledBecause={reason} onClick={() => onRedrive(letter)}>
          Deliver again
        </Button>
        <Button tone="quiet" disabledBecause={reason} onClick={() => onDiscard(letter)}>
          Discard
        </Button>
      </div>
    ),
  };
  return (
    <DataTable
      caption={`Dead letters of ${queue}`}
      columns={[...columns, actions]}
      rows={letters}
      rowKey={({ messageId }) => messageId}
    />
  );
}

const columns: readonly Column<DeadLetter>[] = [
  {
    header: 'Sent',
    sortBy: ({ sentAt }) => sentAt,
    cell: ({ sentAt }) => (sentAt === undefined ? unmeasured : <Moment at={sentAt} />),
  },
  {
    header: 'Why',
    cell: ({ fault }) => fault ?? <span class="note">its handling failed each time</span>,
  },
  {
    header: 'Message',
    cell: ({ body, messageId }) => (
      <details class="letter">
        <summary>
          <code>{messageId.slice(0, 8)}</code> <span class="note">{body.slice(0, 40)}</span>
        </summary>
        <pre>{body}</pre>
      </details>
    ),
  },
];
