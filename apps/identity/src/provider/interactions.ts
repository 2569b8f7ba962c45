import type { HttpBindings } from '@hono/node-server';
import type { Log } from '@zt/kit/service';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { errors, type InteractionResults, type default as Provider } from 'oidc-provider';
import type { Users } from '../users/users.ts';
import { grantWhatIsAsked, readAccessRequest } from './grants.ts';
import type { LoginAttempts } from './login-attempts.ts';
import { type AccessRequest, consentPage, loginPage, problemPage } from './login-pages.ts';
import { contentSecurityPolicy } from './page.ts';

export interface InteractionsOptions {
  readonly provider: Provider;
  readonly users: Users;
  readonly attempts: LoginAttempts;
  /** By resource indicator. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
  readonly log: Log;
}

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
type Answer =
  | { readonly kind: 'done'; readonly result: InteractionResults }
  | { readonly kind: 'again'; readonly status: 401 | 403 | 429; readonly problem: string };

const cancelled: InteractionResults = { error: 'access_denied', error_description: 'The user said no.' };

/**
 * The pages where users log in and allow a client to act for them. A login under way is bound to the browser by its
 * signed cookie, which other sites' forms don't carry; the origin of each form is checked besides.
 */
export function createInteractions(options: InteractionsOptions): Hono<{ Bindings: HttpBindings }> {
  const { provider, resources, log } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(
    secureHeaders({
      contentSecurityPolicy: Object.fromEntries(Object.entries(contentSecurityPolicy).map(([k, v]) => [k, [...v]])),
      referrerPolicy: 'same-origin',
      // The host is `localhost` on one machine, where other programs' ports speak plain HTTP.
      strictTransportSecurity: false,
    }),
    csrf({ origin: new URL(provider.issuer).origin }),
    bodyLimit({ maxSize: 4096 }),
  );
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });

  app.get('/interaction/:uid', async (c) => {
    const interaction = await provider.interactionDetails(c.env.incoming, c.env.outgoing);
    return c.html(await pageOf(interaction, readAccessRequest(interaction.params, resources), null));
  });

  app.post('/interaction/:uid', async (c) => {
    const { incoming, outgoing } = c.env;
    const interaction = await provider.interactionDetails(incoming, outgoing);
    const form = await c.req.parseBody();
    const answer = await answerOf(interaction, form, incoming.socket.remoteAddress ?? '', options);
    switch (answer.kind) {
      case 'done':
        return c.redirect(await provider.interactionResult(incoming, outgoing, answer.result), 303);
      case 'again': {
        const request = readAccessRequest(interaction.params, resources);
        return c.html(await pageOf(interaction, request, answer.problem), answer.status);
      }
    }
  });

  app.onError(async (error, c) => {
    if ('getResponse' in error) return error.getResponse();
    if (error instanceof errors.SessionNotFound) {
      return c.html(await problemPage('This login has expired. Please start again.'), 400);
    }
    log.error('login_page_failed', { error: error.message });
    return c.html(await problemPage('Logging in is not possible at the moment.'), 500);
  });
  return app;
}

function pageOf(interaction: Interaction, request: AccessRequest, problem: string | null): Promise<string> {
  const user = interaction.session?.accountId;
  return interaction.prompt.name === 'login' || user === undefined
    ? loginPage(request, problem)
    : consentPage(request, user);
}

async function answerOf(
  interaction: Interaction,
  form: Readonly<Record<string, unknown>>,
  address: string,
  { provider, users, attempts, resources, log }: InteractionsOptions,
): Promise<Answer> {
  if (form.action === 'cancel') return { kind: 'done', result: cancelled };
  const known = interaction.session?.accountId;
  if (interaction.prompt.name !== 'login' && known !== undefined) {
    const grantId = await grantWhatIsAsked(provider, interaction.params, known, resources);
    return { kind: 'done', result: { consent: { grantId } } };
  }
  const { user, password } = form;
  if (typeof user !== 'string' || typeof password !== 'string') return wrong;
  if (!(await attempts.begin(user.slice(0, 64), address))) {
    log.warn('login_limited', { address });
    return { kind: 'again', status: 429, problem: 'There were too many attempts. Please wait a minute.' };
  }
  const account = await users.authenticate(user, password);
  if (account === null) {
    // Without the name: what is typed there now and then is the password.
    log.warn('login_failed', { address });
    return wrong;
  }
  await attempts.succeeded(user.slice(0, 64), address);
  if (account.blocked) {
    log.warn('login_blocked', { user: account.id, address });
    return { kind: 'again', status: 403, problem: 'You are blocked here. Whoever runs this shop can say why.' };
  }
  log.info('login_succeeded', { user: account.id, address });
  const grantId = await grantWhatIsAsked(provider, interaction.params, account.id, resources);
  return { kind: 'done', result: { login: { accountId: account.id, amr: ['pwd'] }, consent: { grantId } } };
}

const wrong: Answer = { kind: 'again', status: 401, problem: 'Name or password is wrong.' };
