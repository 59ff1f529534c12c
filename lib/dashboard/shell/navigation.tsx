import { useEffect, useState } from 'preact/hooks';
import { exec, useLocation } from 'preact-iso/router';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Icon } from '../components/icon.tsx';
import { useAllowed, useSession } from '../session/session.tsx';
import { Brand } from './brand.tsx';
import { linkOf, patternOf, type Section } from './section.ts';
import { sections } from './sections.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { useProjectOfPath } from './use-project-of-path.ts';

/** At the side; where there is no room for that, behind a button. */
export function Navigation() {
  const [isOpen, setIsOpen] = useState(false);
  const { url } = useLocation();
  // A link was followed.
  useEffect(() => setIsOpen(false), [url]);
  return (
    <>
      <header class="bar">
        <Button tone="quiet" icon="menu" label="Menu" onClick={() => setIsOpen(true)} />
        <a class="home" href="/dashboard">
          <Brand />
        </a>
      </header>
      <Dialog title="Menu" isOpen={isOpen} onClose={() => setIsOpen(false)} kind="drawer">
        <Links />
      </Dialog>
      <aside class="side">
        <a class="home" href="/dashboard">
          <Brand />
        </a>
        <Links />
      </aside>
    </>
  );
}

function Links() {
  const project = useProjectOfPath();
  const { caller, signOut } = useSession();
  const ofGroup = (group: Section['group']) => sections.filter((section) => section.group === group);
  return (
    <>
      <nav aria-label="Main">
        {project !== undefined && (
          <>
            <h2 class="project-name" title={project}>
              {project}
            </h2>
            <ul>
              {ofGroup('project').map((section) => (
                <SectionLink key={section.label} section={section} project={project} />
              ))}
            </ul>
            <h2>Platform</h2>
          </>
        )}
        <ul>
          {ofGroup('platform').map((section) => (
            <SectionLink key={section.label} section={section} />
          ))}
        </ul>
      </nav>
      <footer>
        <p class="caller">
          {caller !== undefined && (
            <>
              <span class="name">{caller.name}</span> <span class="scope">{caller.scope}</span>
            </>
          )}
        </p>
        <div class="row">
          <ThemeSwitch />
          <Button tone="quiet" icon="leave" onClick={signOut}>
            Sign out
          </Button>
        </div>
      </footer>
    </>
  );
}

function SectionLink({ section, project }: { section: Section; project?: string }) {
  const { path } = useLocation();
  const { isAllowed } = useAllowed(section.needs ?? 'getHealth');
  if (!isAllowed) return null;
  const link = linkOf(section, project);
  const isOwn =
    path.startsWith(linkOf(section, project)) && section.pages.some((page) => exec(path, patternOf(section, page)));
  return (
    <li>
      <a href={link} aria-current={isOwn ? 'page' : undefined}>
        <Icon name={section.icon} />
        {section.label}
      </a>
    </li>
  );
}
