import { useState } from 'preact/hooks';
import type { CachePolicy } from '../../contracts/cache-policy.ts';
import { useAction } from '../api/use-action.ts';
import { Button } from '../components/button.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { CheckField, NumberField, SelectField } from '../components/fields.tsx';
import { useToast } from '../components/toast.tsx';
import { useAllowed, useApi } from '../session/session.tsx';
import { type NumberName, numberFields } from './policy-fields.ts';
import { TtlRules } from './ttl-rules.tsx';

interface PolicyFormProps {
  namespace: string;
  policy: CachePolicy;
  onSaved: () => void;
}

const strategies = [
  { value: 'hybrid', label: 'hybrid: decided for each entry' },
  { value: 'memory', label: 'memory: nothing is kept elsewhere' },
  { value: 'durable', label: 'durable: all in the lowest tier' },
] as const;
const codecs = [
  { value: 'lz4', label: 'lz4' },
  { value: 'zstd', label: 'zstd' },
  { value: 'gzip', label: 'gzip' },
  { value: 'none', label: 'none' },
] as const;
const coherences = [
  { value: 'strict', label: 'strict: never' },
  { value: 'bounded', label: 'bounded: for a time' },
  { value: 'none', label: 'none: until it expires' },
] as const;
type Coherence = (typeof coherences)[number]['value'];
const tierNames = ['memory', 'redis', 'dynamodb'] as const;

export function PolicyForm({ namespace, policy, onSaved }: PolicyFormProps) {
  const api = useApi();
  const tell = useToast();
  const [edited, setEdited] = useState(policy);
  const { reason } = useAllowed('putCachePolicy');
  const change = (part: Partial<CachePolicy>): void => setEdited({ ...edited, ...part });
  const save = useAction(async () => {
    await api.call('putCachePolicy', { params: { namespace }, body: edited });
    tell('The policy is in force within 5 s.');
    onSaved();
  });
  const { coherence, compression, tiers } = edited;
  const kind: Coherence = typeof coherence === 'string' ? coherence : 'bounded';
  const numbers = (names: readonly NumberName[]) =>
    names.map((name) => (
      <NumberField
        key={name}
        {...numberFields[name]}
        fault={save.faultOf(`body.${name}`)}
        step="any"
        min={0}
        value={edited[name]}
        onValue={(value) => change({ [name]: value })}
      />
    ));
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h3>Where entries are kept</h3>
      <div class="fields three">
        <SelectField
          label="Strategy"
          options={strategies}
          fault={save.faultOf('body.strategy')}
          value={edited.strategy}
          onValue={(strategy) => change({ strategy })}
        />
        <fieldset class="checks">
          <legend>Tiers</legend>
          {tierNames.map((name) => (
            <CheckField
              key={name}
              label={name}
              value={tiers.includes(name)}
              onValue={(isOn) =>
                change({ tiers: tierNames.filter((one) => (one === name ? isOn : tiers.includes(one))) })
              }
            />
          ))}
          {save.faultOf('body.tiers') !== undefined && <p class="bad">{save.faultOf('body.tiers')}</p>}
        </fieldset>
        {numbers(['memoryLimitMb', 'redisLimitMb', 'dynamodbLimitMb', 'maxEntries', 'maxValueBytes'])}
      </div>
      <h3>For how long</h3>
      <div class="fields three">
        {numbers([
          'defaultTtlSeconds',
          'negativeTtlSeconds',
          'jitterPercent',
          'staleWhileRevalidateSeconds',
          'staleIfErrorSeconds',
          'earlyRefreshBeta',
        ])}
      </div>
      <TtlRules rules={edited.ttlRules} faultOf={save.faultOf} onRules={(ttlRules) => change({ ttlRules })} />
      <h3>Loading, and what others change</h3>
      <div class="fields three">
        {numbers(['softTimeoutMs', 'hardTimeoutMs'])}
        <SelectField
          label="Serve what was invalidated elsewhere"
          options={coherences}
          value={kind}
          onValue={(next) => change({ coherence: next === 'bounded' ? { boundedMs: 1000 } : next })}
        />
        {typeof coherence !== 'string' && (
          <NumberField
            label="For at most"
            unit="ms"
            min={1}
            required
            fault={save.faultOf('body.coherence.boundedMs') ?? save.faultOf('body.coherence')}
            value={coherence.boundedMs}
            onValue={(boundedMs = 0) => change({ coherence: { boundedMs } })}
          />
        )}
        <SelectField
          label="Compression"
          options={codecs}
          value={compression.codec}
          onValue={(codec) => change({ compression: { ...compression, codec } })}
        />
        <NumberField
          label="Compress above"
          unit="bytes"
          min={0}
          required
          fault={save.faultOf('body.compression.aboveBytes')}
          value={compression.aboveBytes}
          onValue={(aboveBytes = 0) => change({ compression: { ...compression, aboveBytes } })}
        />
      </div>
      <ErrorNote error={save.error} />
      <div class="buttons">
        <Button onClick={() => setEdited(policy)}>Undo</Button>
        <Button tone="primary" type="submit" disabledBecause={reason} isPending={save.isPending}>
          Save the policy
        </Button>
      </div>
    </form>
  );
}
