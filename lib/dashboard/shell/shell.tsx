import { useEffect, useRef } from 'preact/hooks';
import { Router, useLocation } from 'preact-iso/router';
import { MissingPage } from './missing-page.tsx';
import { Navigation } from './navigation.tsx';
import { patternOf, type Section, type SectionPage } from './section.ts';
import { sections } from './sections.ts';

const pages: [Section, SectionPage][] = sections.flatMap((section) =>
  section.pages.map((page): [Section, SectionPage] => [section, page]),
);

/** What stands around every page. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const { path } = useLocation();
  const isFirst = useRef(true);
  // Who reads by ear or goes by keys begins at the new page, not where the link was.
  const begin = (): void => {
    if (isFirst.current) isFirst.current = false;
    else {
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
  };
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    begin();
  }, [path]);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Navigation />
      <main id="main" ref={main} tabIndex={-1}>
        <Router>
          {pages.map(([section, page]) => {
            const pattern = patternOf(section, page);
            const { page: Page } = page;
            return <Page key={pattern} path={pattern} />;
          })}
          <MissingPage default />
        </Router>
      </main>
    </div>
  );
}
