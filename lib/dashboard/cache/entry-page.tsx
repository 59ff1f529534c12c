import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { usePolled } from '../api/use-polled.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Empty } from '../components/empty.tsx';
import { TextField } from '../components/fields.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useApi } from '../session/session.tsx';
import { CacheFrame } from './cache-frame.tsx';
import { EntryCard } from './entry-card.tsx';
import { entryPath } from './entry-path.ts';
import { lookUp } from './look-up.ts';

/** What is stored under a key, which the address names. */
export default function EntryPage({ project }: { project: string }) {
  const { query, route } = useLocation();
  const { key = '' } = query;
  return (
    <CacheFrame project={project} title="Look a key up" lead="What is stored under it, and for how long yet">
      {(namespace) => (
        <div class="cards">
          <KeyForm key={key} sought={key} onKey={(next) => route(entryPath(namespace, next))} />
          {key !== '' && <Found key={key} namespace={namespace} sought={key} />}
        </div>
      )}
    </CacheFrame>
  );
}

function KeyForm({ sought, onKey }: { sought: string; onKey: (key: string) => void }) {
  const [typed, setTyped] = useState(sought);
  return (
    <form
      class="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        onKey(typed);
      }}
    >
      <TextField label="Key" type="search" required value={typed} onValue={setTyped} />
      <Button tone="primary" type="submit">
        Look it up
      </Button>
    </form>
  );
}

function Found({ namespace, sought }: { namespace: string; sought: string }) {
  const api = useApi();
  const entry = usePolled((signal) => lookUp(api, namespace, sought, signal), [namespace, sought]);
  return (
    <Loaded of={entry}>
      {(found) =>
        found === null ? (
          <Card title={sought}>
            <Empty title="Nothing that lives is stored under this key">
              It never was, or it expired, or it was invalidated.
            </Empty>
          </Card>
        ) : (
          <EntryCard namespace={namespace} entry={found} onGone={entry.reload} />
        )
      }
    </Loaded>
  );
}
