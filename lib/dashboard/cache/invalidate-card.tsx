import { useState } from 'preact/hooks';
import type { CacheInvalidation } from '../../contracts/cache.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Chooser } from '../components/chooser.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { CheckField, TextField } from '../components/fields.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { invalidationInWords } from './invalidation-words.ts';

const kinds = [
  { value: 'keys', label: 'Keys' },
  { value: 'pattern', label: 'Pattern' },
  { value: 'tags', label: 'Tags' },
  { value: 'all', label: 'Everything' },
] as const;
type Kind = (typeof kinds)[number]['value'];

const hints: Record<Exclude<Kind, 'all'>, string> = {
  keys: 'One in a line',
  pattern: '* stands for any characters, ? for one',
  tags: 'One in a line; what has one of them goes',
};

interface InvalidateCardProps {
  namespace: string;
  onDone: () => void;
}

/** Makes what is stored not be served any longer, and says how much that was. */
export function InvalidateCard({ namespace, onDone }: InvalidateCardProps) {
  const api = useApi();
  const [kind, setKind] = useState<Kind>('keys');
  const [text, setText] = useState('');
  const [soft, setSoft] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const [done, setDone] = useState<CacheInvalidation>();
  const { reason } = useAllowed('invalidateCache');
  const params = { namespace };
  const names = linesOf(text);
  const missing = kind !== 'all' && names.length === 0 ? 'Say first what is to go.' : undefined;
  const invalidate = (): Promise<CacheInvalidation> => {
    if (kind === 'all') return api.call('clearCache', { params });
    const what = kind === 'pattern' ? { pattern: text.trim() } : kind === 'keys' ? { keys: names } : { tags: names };
    return api.call('invalidateCache', { params, body: { ...what, soft } });
  };
  return (
    <Card title="Invalidate">
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          setIsAsking(true);
        }}
      >
        <Chooser label="What goes" options={kinds} value={kind} onValue={setKind} />
        {kind === 'all' ? (
          <p>All that {namespace} holds, in every tier.</p>
        ) : (
          <>
            <TextField
              key={kind}
              label={kinds.find(({ value }) => value === kind)?.label ?? ''}
              hint={hints[kind]}
              {...(kind === 'pattern' ? {} : { lines: 3 })}
              value={text}
              onValue={setText}
            />
            <CheckField
              label="Softly: what goes may still be served while it is loaded anew"
              value={soft}
              onValue={setSoft}
            />
          </>
        )}
        {done !== undefined && (
          <p class="outcome good" role="status">
            {invalidationInWords(done)}
          </p>
        )}
        <div class="buttons">
          <Button tone="danger" type="submit" disabledBecause={reason ?? missing}>
            {kind === 'all' ? 'Clear the namespace' : 'Invalidate'}
          </Button>
        </div>
      </form>
      <ConfirmDialog
        title={kind === 'all' ? `Clear ${namespace}?` : `Invalidate in ${namespace}?`}
        action={kind === 'all' ? 'Clear it' : 'Invalidate them'}
        isDangerous
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        onConfirm={async () => {
          setDone(await invalidate());
          setText('');
          onDone();
        }}
      >
        <p>
          {kind === 'all'
            ? 'All entries go. Until they are loaded anew, every get is a miss.'
            : kind === 'pattern'
              ? `All keys that fit ${text.trim()} go.`
              : `${names.length} ${names.length === 1 ? kind.slice(0, -1) : kind}: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', and more' : ''}.`}
        </p>
      </ConfirmDialog>
    </Card>
  );
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
