import { useState } from 'preact/hooks';
import { formats } from '../../pages/units.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Chooser } from '../components/chooser.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Stats } from '../components/stats.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { bytes } from './bytes.ts';
import type { FoundEntry } from './look-up.ts';
import { hexOf, jsonOf, textOf, type ValueView } from './written-value.ts';

interface EntryCardProps {
  namespace: string;
  entry: FoundEntry;
  onGone: () => void;
}

export function EntryCard({ namespace, entry, onGone }: EntryCardProps) {
  const api = useApi();
  const tell = useToast();
  const [isAsking, setIsAsking] = useState(false);
  const { reason } = useAllowed('deleteCacheEntry');
  const { key, sizeBytes, contentType, etag, tags, ageSeconds, ttlSeconds, from } = entry;
  return (
    <Card
      title={key}
      actions={
        <Button tone="danger" disabledBecause={reason} onClick={() => setIsAsking(true)}>
          Delete it
        </Button>
      }
    >
      <div class="fields">
        <Stats
          of={[
            {
              label: 'Fresh for',
              value:
                ttlSeconds === undefined ? undefined : ttlSeconds < 0 ? 'stale' : `${formats.duration(ttlSeconds)} yet`,
              tone: ttlSeconds !== undefined && ttlSeconds < 0 ? 'doubtful' : undefined,
            },
            { label: 'Age', value: formats.duration(ageSeconds) },
            { label: 'Size', value: bytes(sizeBytes) },
            { label: 'Came from', value: from },
          ]}
        />
        <dl class="heads">
          <dt>Content type</dt>
          <dd>
            <code>{contentType}</code>
          </dd>
          <dt>ETag</dt>
          <dd>
            <code>{etag}</code>
          </dd>
          <dt>Tags</dt>
          <dd>
            {tags === undefined || tags.length === 0 ? (
              <span class="note">none</span>
            ) : (
              tags.map((tag) => (
                <>
                  <code key={tag}>{tag}</code>{' '}
                </>
              ))
            )}
          </dd>
        </dl>
        <Value entry={entry} />
      </div>
      <ConfirmDialog
        title="Delete the entry?"
        action="Delete it"
        isDangerous
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          const { deleted } = await api.call('deleteCacheEntry', { params: { namespace, key } });
          tell(deleted ? 'The entry is deleted everywhere.' : 'There was none any more.');
          onGone();
        }}
      >
        <p>
          <b>{key}</b> is deleted everywhere. The next get is a miss.
        </p>
      </ConfirmDialog>
    </Card>
  );
}

function Value({ entry: { value, sizeBytes } }: { entry: FoundEntry }) {
  const text = textOf(value);
  const json = value.length === sizeBytes ? jsonOf(text) : undefined;
  const views = [
    ...(json === undefined ? [] : [{ value: 'json', label: 'JSON' } as const]),
    ...(text === undefined ? [] : [{ value: 'text', label: 'Text' } as const]),
    { value: 'hex', label: 'Hex' } as const,
  ];
  const [chosen, choose] = useState<ValueView>(views[0]?.value ?? 'hex');
  const view = views.some((one) => one.value === chosen) ? chosen : 'hex';
  const shown = view === 'json' ? json : view === 'text' ? text : hexOf(value);
  return (
    <>
      <Chooser label="Shown as" options={views} value={view} onValue={choose} />
      {value.length < sizeBytes && (
        <p class="note">
          The first {bytes(value.length)} of {bytes(sizeBytes)}.
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section class="value" aria-label="The value" tabIndex={0}>
        <pre>{shown}</pre>
      </section>
    </>
  );
}
