import { accessGraph } from '@zt/access-graph';
import type { StackDescription } from '../stack-description.ts';

/** How a provider wants to be asked, and what the form on its page is made of. */
export interface LogInPage {
  readonly clientId: string;
  /** Beside `openid`. */
  readonly scopes: readonly string[];
  form(user: string, password: string): Readonly<Record<string, string>>;
}

/** Of the identity service. */
export const ownPage: LogInPage = {
  clientId: 'zt-cli',
  scopes: gatewayScopes(),
  form: (user, password) => ({ user, password, action: 'continue' }),
};

/** Of Dex, which knows users by their e-mail address, and scopes of its own only. */
const dexPage: LogInPage = {
  clientId: 'zt-cli',
  scopes: ['email', 'profile'],
  form: (user, password) => ({ login: `${user}@shop.example`, password }),
};

export function pageOf({ userIssuer }: Pick<StackDescription, 'userIssuer'>): LogInPage {
  switch (userIssuer) {
    case 'own':
      return ownPage;
    case 'dex':
      return dexPage;
  }
}

/** All that the gateway takes. */
function gatewayScopes(): readonly string[] {
  const gateway = accessGraph.services.find(({ name }) => name === accessGraph.entryPoint);
  return [...new Set(gateway?.methods.flatMap((method) => method.tokenScopes))];
}
