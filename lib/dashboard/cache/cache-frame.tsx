import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Page } from '../components/page.tsx';
import { Tabs } from '../components/tabs.tsx';
import { useNamespace } from './use-namespace.ts';

interface CacheFrameProps {
  project: string;
  title: string;
  lead: string;
  /** @param namespace whose everything is shown */
  children: (namespace: string) => ComponentChildren;
}

/** What every page of the cache has: its tabs, and which namespace it is about. */
export function CacheFrame({ project, title, lead, children }: CacheFrameProps) {
  const { part, namespace, choose } = useNamespace(project);
  const query = part === '' ? '' : `?${new URLSearchParams({ part })}`;
  const base = `/dashboard/projects/${project}/cache`;
  return (
    <Page title={title} lead={lead} actions={<PartForm key={part} project={project} part={part} onPart={choose} />}>
      <Tabs
        label="Cache"
        links={[
          { href: base + query, label: 'Overview' },
          { href: `${base}/entry${query}`, label: 'Look up' },
          { href: `${base}/policy${query}`, label: 'Policy' },
        ]}
      />
      <div key={namespace}>{children(namespace)}</div>
    </Page>
  );
}

interface PartFormProps {
  project: string;
  part: string;
  onPart: (part: string) => void;
}

/** Nothing lists the parts of a project: whoever names one for the first time makes it. */
function PartForm({ project, part, onPart }: PartFormProps) {
  const [typed, setTyped] = useState(part);
  return (
    <form
      class="namespace"
      onSubmit={(event) => {
        event.preventDefault();
        onPart(typed.trim());
      }}
    >
      <label>
        <span>Namespace</span> <code>{project}.</code>
        <input
          type="text"
          value={typed}
          placeholder="part, or none"
          pattern="[a-z0-9\-]{1,40}"
          autocomplete="off"
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <Button type="submit">Show</Button>
    </form>
  );
}
