import type { CachePolicy } from '../../contracts/cache-policy.ts';
import { Button } from '../components/button.tsx';
import { NumberField, TextField } from '../components/fields.tsx';

type Rules = CachePolicy['ttlRules'];

interface TtlRulesProps {
  rules: Rules;
  faultOf: (path: string) => string | undefined;
  onRules: (rules: Rules) => void;
}

/** Of keys that begin so: how long they live. */
export function TtlRules({ rules, faultOf, onRules }: TtlRulesProps) {
  const change = (at: number, part: Partial<Rules[number]>): void =>
    onRules(rules.map((rule, index) => (index === at ? { ...rule, ...part } : rule)));
  return (
    <fieldset class="ttl-rules">
      <legend>Keys that live for another time; of several prefixes the longest counts</legend>
      {rules.map(({ prefix, ttlSeconds }, index) => (
        <div key={index} class="ttl-rule">
          <TextField
            label="Prefix"
            required
            fault={faultOf(`body.ttlRules.${index}.prefix`)}
            value={prefix}
            onValue={(next) => change(index, { prefix: next })}
          />
          <NumberField
            label="Time to live"
            unit="s"
            min={0}
            step="any"
            required
            fault={faultOf(`body.ttlRules.${index}.ttlSeconds`)}
            value={ttlSeconds}
            onValue={(next = 0) => change(index, { ttlSeconds: next })}
          />
          <Button
            tone="quiet"
            icon="close"
            label={`Remove the rule for ${prefix}`}
            onClick={() => onRules(rules.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button icon="add" onClick={() => onRules([...rules, { prefix: '', ttlSeconds: 60 }])}>
          Add a rule
        </Button>
      </div>
    </fieldset>
  );
}
