import { useState } from 'preact/hooks';
import type { ProjectProfile, ShownProfile } from '../../../contracts/profiles.ts';
import { useAction } from '../../api/use-action.ts';
import { usePolled } from '../../api/use-polled.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { useToast } from '../../components/toast.tsx';
import { useAllowed, useApi } from '../../session/session.tsx';

const effects: readonly Column<ProjectProfile['effects'][number]>[] = [
  { header: 'Rule', cell: ({ rule }) => rule },
  { header: 'Value', cell: ({ value }) => value },
  { header: 'What it comes to', cell: ({ effect }) => effect },
];

/** By which rules the project is optimized. */
export function ProfileCard({ project }: { project: string }) {
  const api = useApi();
  const known = usePolled(
    async (signal) => {
      const [current, { items }] = await Promise.all([
        api.call('getProjectProfile', { params: { project }, signal }),
        api.call('listProfiles', { query: { limit: 200 }, signal }),
      ]);
      return { current, profiles: items };
    },
    [project],
  );
  return (
    <Card title="Profile">
      <Loaded of={known} skeleton={<Skeleton heightPx={230} />}>
        {({ current, profiles }) => (
          <>
            <ProfileChoice
              key={current.profileId}
              project={project}
              current={current}
              profiles={profiles}
              onChosen={known.reload}
            />
            <details class="effects">
              <summary>What its rules come to</summary>
              <DataTable caption="Rules" columns={effects} rows={current.effects} rowKey={({ rule }) => rule} />
            </details>
            <p class="note">The choice changes nothing in the service: a run puts it in force.</p>
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface ProfileChoiceProps {
  project: string;
  current: ProjectProfile;
  profiles: readonly ShownProfile[];
  onChosen: () => void;
}

function ProfileChoice({ project, current, profiles, onChosen }: ProfileChoiceProps) {
  const api = useApi();
  const tell = useToast();
  const { reason } = useAllowed('putProjectProfile');
  const [chosen, setChosen] = useState(current.profileId);
  const choose = useAction(async () => {
    await api.call('putProjectProfile', { params: { project }, body: { profileId: chosen } });
    tell(`${project} goes by ${chosen}.`);
    onChosen();
  });
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void choose.run();
      }}
    >
      <SelectField
        label="Goes by"
        hint={profiles.find(({ profileId }) => profileId === chosen)?.description}
        fault={choose.faultOf('body.profileId')}
        options={profiles.map(({ profileId, name }) => ({ value: profileId, label: name }))}
        value={chosen}
        onValue={setChosen}
      />
      {current.chosenAt === undefined && (
        <p class="note">None was chosen yet: runs go by no profile unless they name one.</p>
      )}
      <ErrorNote error={choose.error} />
      <div class="buttons">
        <Button type="submit" disabledBecause={reason} isPending={choose.isPending}>
          Choose this profile
        </Button>
      </div>
    </form>
  );
}
