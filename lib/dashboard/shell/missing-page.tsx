import { Page } from '../components/page.tsx';

export const MissingPage = (_: { default: true }) => (
  <Page title="There is no such page">
    <p>
      <a href="/dashboard">All projects</a>
    </p>
  </Page>
);
