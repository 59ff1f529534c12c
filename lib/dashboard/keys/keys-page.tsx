import { useState } from 'preact/hooks';
import type { ApiKey } from '../../contracts/keys.ts';
import { usePages } from '../api/use-pages.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../components/data-table.tsx';
import { Empty } from '../components/empty.tsx';
import { Loaded } from '../components/loaded.tsx';
import { Moment } from '../components/moment.tsx';
import { Page } from '../components/page.tsx';
import { Pager } from '../components/pager.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { CreateKeyDialog } from './create-key-dialog.tsx';

export default function KeysPage() {
  const api = useApi();
  const tell = useToast();
  const keys = usePages((cursor, signal) => api.call('listKeys', { query: { cursor }, signal }), []);
  const [isCreating, setIsCreating] = useState(false);
  const [doomed, setDoomed] = useState<ApiKey>();
  const { reason } = useAllowed('createKey');

  const revoke: Column<ApiKey> = {
    header: 'Revoke',
    cell: (key) => (
      <Button tone="quiet" disabledBecause={reason} onClick={() => setDoomed(key)}>
        Revoke
      </Button>
    ),
  };
  const create = (
    <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => setIsCreating(true)}>
      Create a key
    </Button>
  );
  return (
    <Page title="API keys" lead="Who may call Headroom, and what they may do" actions={create}>
      <Card title="All keys">
        <Loaded of={keys}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="There is no key" />
            ) : (
              <DataTable caption="API keys" columns={[...columns, revoke]} rows={items} rowKey={({ keyId }) => keyId} />
            )
          }
        </Loaded>
        <Pager of={keys} />
      </Card>
      <CreateKeyDialog isOpen={isCreating} onClose={() => setIsCreating(false)} onCreated={keys.reload} />
      <ConfirmDialog
        title="Revoke the key?"
        action="Revoke the key"
        isDangerous
        isOpen={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={async () => {
          if (doomed === undefined) return;
          await api.call('revokeKey', { params: { keyId: doomed.keyId } });
          tell(`${doomed.name} is revoked.`);
          keys.reload();
        }}
      >
        <p>
          Whoever uses <b>{doomed?.name}</b> is refused everywhere within 30 s. This cannot be taken back.
        </p>
      </ConfirmDialog>
    </Page>
  );
}

const columns: readonly Column<ApiKey>[] = [
  {
    header: 'Name',
    sortBy: ({ name }) => name,
    cell: ({ name, keyId }) => (
      <>
        <b>{name}</b> <code class="note">{keyId}</code>
      </>
    ),
  },
  { header: 'Scope', sortBy: ({ scope }) => scope, cell: ({ scope }) => scope },
  { header: 'Projects', cell: ({ projects }) => projects?.join(', ') ?? <span class="note">all</span> },
  { header: 'Created', sortBy: ({ createdAt }) => createdAt, cell: ({ createdAt }) => <Moment at={createdAt} /> },
];
