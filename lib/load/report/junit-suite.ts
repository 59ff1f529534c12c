import { type Element, element, xmlDocument } from './xml.ts';

export interface Case {
  name: string;
  failure?: string | undefined;
  /** Why it was not judged, or does not count. */
  skipped?: string | undefined;
}

export interface Suite {
  name: string;
  /** Of all its cases: `headroom.shop.check`. */
  classname: string;
  /** ISO 8601, in UTC. */
  startedAt: string;
  seconds?: number | undefined;
  properties: readonly [name: string, value: string | number][];
  cases: readonly Case[];
}

/** JUnit XML, as CI systems read it. */
export function junitDocument({ name, classname, startedAt, seconds, properties, cases }: Suite): string {
  const counts = {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== undefined).length,
    errors: 0,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
    time: seconds,
  };
  const suite = element(
    'testsuite',
    // Without a zone, as the schema of JUnit wants it: UTC.
    { name, timestamp: startedAt.slice(0, 19), ...counts },
    [
      element(
        'properties',
        {},
        properties.map(([property, value]) => element('property', { name: property, value })),
      ),
      ...cases.map((each) => caseElement(each, classname)),
    ],
  );
  return xmlDocument(element('testsuites', { name: 'Headroom', ...counts }, [suite]));
}

const caseElement = ({ name, failure, skipped }: Case, classname: string): Element =>
  element('testcase', { name, classname }, [
    ...(failure === undefined ? [] : [element('failure', { type: 'failure', message: failure }, failure)]),
    ...(skipped === undefined ? [] : [element('skipped', { message: skipped })]),
  ]);
