import { Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { edgeHeader } from '../contracts/function-variables.ts';
import { leadTo, type OwnName } from './custom-domain.ts';
import { Firewall } from './firewall.ts';
import type { HttpApi } from './http-api.ts';
import { resourceName } from './naming.ts';

/** What the distribution says to the functions, so that they know who passes it by. */
export class EdgeSecret extends Construct {
  readonly value: string;

  constructor(scope: Construct, id: string, { key }: { key: IKey | undefined }) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      description: 'What CloudFront says to the functions of Headroom',
      generateSecretString: { excludePunctuation: true, passwordLength: 40 },
      ...(key === undefined ? {} : { encryptionKey: key }),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'It proves which way a request came, not who sent it; both ends take a new one when the stack is deployed.',
    });
    this.value = secret.secretValue.unsafeUnwrap();
  }
}

export interface EdgeProps {
  options: DeploymentOptions;
  api: HttpApi;
  secret: string;
  name: OwnName | undefined;
}

/** CloudFront names all its distributions in this zone. @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html */
const distributionZone = 'Z2FDTNDATAQYW2';

/** A distribution before the API. It keeps nothing: answers depend on keys, and the cache of Headroom is another. */
export class Edge extends Construct {
  readonly domainName: string;

  constructor(scope: Construct, id: string, { options, api, secret, name }: EdgeProps) {
    super(scope, id);
    const { region, urlSuffix } = Stack.of(this);
    const webAclId =
      options.edge === 'cloudfront-waf' ? new Firewall(this, 'Firewall', options).arn : options.webAclArn;
    const distribution = new Distribution(this, 'Distribution', {
      comment: resourceName(options.stage, 'api'),
      defaultBehavior: {
        origin: new HttpOrigin(`${api.api.apiId}.execute-api.${region}.${urlSuffix}`, {
          customHeaders: { [edgeHeader]: secret },
          // API Gateway itself ends after 30 s.
          readTimeout: Duration.seconds(35),
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        // Answers come compressed where that helps.
        compress: false,
      },
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      ...(webAclId === undefined ? {} : { webAclId }),
      ...(name === undefined ? {} : { domainNames: [name.domainName], certificate: name.certificate }),
    });
    const acknowledge = (rule: string, reason: string) =>
      Validations.of(distribution).acknowledge({ id: `AwsSolutions-${rule}`, reason });
    acknowledge('CFR1', 'An API is called from wherever its services run.');
    acknowledge('CFR2', 'Whether there is a firewall is what the deployment decides.');
    acknowledge('CFR3', 'API Gateway logs every request; one that a firewall stopped is counted by the firewall.');
    if (name === undefined)
      acknowledge('CFR4', "The name that CloudFront gives comes with CloudFront's own protocols.");
    this.domainName = distribution.distributionDomainName;
    if (name !== undefined) leadTo(this, name, { dnsName: this.domainName, hostedZoneId: distributionZone });
  }
}
