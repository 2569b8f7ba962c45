import { html, raw } from 'hono/html';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { page, policyHeader } from './page.ts';

/** Answers with a page of ours, on which nothing but its own style counts. */
export async function send(ctx: KoaContextWithOIDC, document: string): Promise<void> {
  ctx.type = 'html';
  ctx.set('content-security-policy', policyHeader);
  ctx.set('cache-control', 'no-store');
  ctx.body = document;
}

/** The pages of logging out (OpenID Connect RP-Initiated Logout). */
export const logoutPages = {
  async logoutSource(ctx: KoaContextWithOIDC, form: string): Promise<void> {
    const body = html`${raw(form)}
<button class="first" form="op.logoutForm" name="logout" value="yes">Log out</button>
<button form="op.logoutForm">Stay</button>`;
    await send(ctx, await page('Log out?', body));
  },
  async postLogoutSuccessSource(ctx: KoaContextWithOIDC): Promise<void> {
    await send(ctx, await page('Logged out', html`<p>You can close this page.</p>`));
  },
};
