import { html, raw } from 'hono/html';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { page } from './page.ts';
import { send } from './provider-pages.ts';

/** The pages of the device flow (RFC 8628, section 3.3): the code that the command line shows is typed and confirmed. */
export const devicePages = {
  /** For the person who confirms: where the request came from. */
  deviceInfo: (ctx: KoaContextWithOIDC) => ({ address: ctx.ip }),

  async userCodeInputSource(ctx: KoaContextWithOIDC, _form: string, _out?: unknown, error?: Error): Promise<void> {
    await send(ctx, await inputPage(ctx, error === undefined ? null : problemOf(error)));
  },

  async userCodeConfirmSource(
    ctx: KoaContextWithOIDC,
    form: string,
    client: { readonly clientName?: string | undefined; readonly clientId: string },
    deviceInfo: Readonly<Record<string, unknown>>,
    userCode: string,
  ): Promise<void> {
    const body = html`<p><strong>${client.clientName ?? client.clientId}</strong>, at ${String(deviceInfo.address ?? '')}, wants to log in as you. It must show this code:</p>
<p class="code"><code>${userCode}</code></p>
<p>If it does not, or you did not ask for it, somebody else did: cancel.</p>
${raw(form)}
<button class="first" form="op.deviceConfirmForm">Continue</button>
<button form="op.deviceConfirmForm" name="abort" value="yes">Cancel</button>`;
    await send(ctx, await page('Is this your code?', body));
  },

  async successSource(ctx: KoaContextWithOIDC): Promise<void> {
    await send(ctx, await page('Logged in', html`<p>Go on where you came from. You can close this page.</p>`));
  },
};

function inputPage(ctx: KoaContextWithOIDC, problem: string | null): Promise<string> {
  const { secret = '' } = (ctx.oidc.session?.state ?? {}) as { readonly secret?: string };
  return page(
    'Log in at the command line',
    html`${problem === null ? '' : html`<p class="problem" role="alert">${problem}</p>`}
<form method="post" action="${ctx.oidc.urlFor('code_verification')}" autocomplete="off">
<input type="hidden" name="xsrf" value="${secret}">
<label for="user_code">Code that the command line shows</label>
<input id="user_code" name="user_code" autocapitalize="characters" spellcheck="false" maxlength="16" required autofocus>
<button class="first">Continue</button>
</form>`,
  );
}

function problemOf({ name }: Error): string {
  switch (name) {
    case 'AbortedError':
      return 'Nobody was logged in.';
    case 'NotFoundError':
    case 'ExpiredError':
    case 'AlreadyUsedError':
    case 'NoCodeError':
      return 'There is no such code, or it counts no more.';
    default:
      return 'That did not work. Please start again at the command line.';
  }
}
