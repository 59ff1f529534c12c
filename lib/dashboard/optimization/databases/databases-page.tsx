import { useState } from 'preact/hooks';
import type { RegisteredDatabase } from '../../../contracts/databases.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Empty } from '../../components/empty.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Moment } from '../../components/moment.tsx';
import { Page } from '../../components/page.tsx';
import { useToast } from '../../components/toast.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';
import { OptimizationTabs } from '../optimization-tabs.tsx';
import { DatabaseDialog } from './database-dialog.tsx';

const columns: readonly Column<RegisteredDatabase>[] = [
  { header: 'Database', sortBy: ({ name }) => name, cell: ({ name }) => <b>{name}</b> },
  { header: 'System', sortBy: ({ system }) => system, cell: ({ system }) => system },
  { header: 'Where', cell: ({ location }) => <code>{location}</code> },
  {
    header: 'Registered',
    sortBy: ({ registeredAt }) => registeredAt,
    cell: ({ registeredAt }) => <Moment at={registeredAt} />,
  },
];

/** In which Headroom may create the indexes that it advises, and drop those that it created. */
export default function DatabasesPage({ project }: { project: string }) {
  const api = useApi();
  const tell = useToast();
  const databases = usePolled(
    async (signal) => (await api.call('listRegisteredDatabases', { params: { project }, signal })).items,
    [project],
  );
  const [isRegistering, setIsRegistering] = useState(false);
  const [doomed, setDoomed] = useState<string>();
  const { reason } = useAllowed('registerDatabase');
  const actions: Column<RegisteredDatabase> = {
    header: 'Remove',
    cell: ({ name }) => (
      <Button tone="quiet" disabledBecause={reason} onClick={() => setDoomed(name)}>
        Take from Headroom
      </Button>
    ),
  };
  return (
    <Page
      title="Databases"
      lead="In which Headroom may create indexes, and drop those that it created"
      actions={
        <Button icon="add" tone="primary" disabledBecause={reason} onClick={() => setIsRegistering(true)}>
          Register a database
        </Button>
      }
    >
      <OptimizationTabs project={project} />
      <Card title="Registered databases">
        <Loaded of={databases}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="There is no database">
                <p>Without one, an index that would help is a migration for you to run.</p>
              </Empty>
            ) : (
              <DataTable caption="Databases" columns={[...columns, actions]} rows={items} rowKey={({ name }) => name} />
            )
          }
        </Loaded>
      </Card>
      <DatabaseDialog
        project={project}
        isOpen={isRegistering}
        onClose={() => setIsRegistering(false)}
        onDone={databases.reload}
      />
      <ConfirmDialog
        title="Take the database from Headroom?"
        action="Take it from Headroom"
        isDangerous
        isOpen={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        onConfirm={async () => {
          if (doomed === undefined) return;
          await api.call('unregisterDatabase', { params: { project, name: doomed } });
          tell(`Headroom knows ${doomed} no longer.`);
          databases.reload();
        }}
      >
        <p>
          Headroom forgets how to reach <b>{doomed}</b>. The indexes that it created there stay.
        </p>
      </ConfirmDialog>
    </Page>
  );
}
