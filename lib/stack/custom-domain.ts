import { ApiMapping, DomainName, type IHttpApi, type IHttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';

/** A name of the deployment's own, and what proves it. Undefined: what AWS calls it will do. */
export interface OwnName {
  domainName: string;
  certificate: ICertificate;
  hostedZoneId: string | undefined;
}

export function ownNameOf(scope: Construct, options: DeploymentOptions): OwnName | undefined {
  const { domainName, certificateArn, hostedZoneId } = options;
  if (domainName === undefined || certificateArn === undefined) return undefined;
  return {
    domainName,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    hostedZoneId,
  };
}

/** Where a name leads, as Route 53 knows services of AWS. */
export interface AliasTarget {
  dnsName: string;
  hostedZoneId: string;
}

/** The record of the name, where its zone is told; otherwise its owner makes one that leads to the same. */
export function leadTo(scope: Construct, { domainName, hostedZoneId }: OwnName, aliasTarget: AliasTarget): void {
  if (hostedZoneId === undefined) return;
  for (const type of ['A', 'AAAA']) {
    new CfnRecordSet(scope, `Record${type}`, { name: domainName, type, hostedZoneId, aliasTarget });
  }
}

export interface CustomDomainProps {
  name: OwnName;
  api: IHttpApi;
  stage: IHttpStage;
}

/** The API under a name of its own, without anything before it. */
export class CustomDomain extends Construct {
  /** What the record of the name must lead to. */
  readonly target: string;

  constructor(scope: Construct, id: string, { name, api, stage }: CustomDomainProps) {
    super(scope, id);
    const { domainName, certificate } = name;
    const domain = new DomainName(this, 'Name', { domainName, certificate });
    new ApiMapping(this, 'Mapping', { api, domainName: domain, stage });
    this.target = domain.regionalDomainName;
    leadTo(this, name, { dnsName: domain.regionalDomainName, hostedZoneId: domain.regionalHostedZoneId });
  }
}
