import { html } from 'hono/html';
import { page } from './page.ts';

/** What the user is about to allow. */
export interface AccessRequest {
  readonly client: string;
  readonly scopes: readonly string[];
}

export function loginPage(request: AccessRequest, problem: string | null): Promise<string> {
  return page(
    'Log in',
    html`${allows(request)}
${problem === null ? '' : html`<p class="problem" role="alert">${problem}</p>`}
<form method="post" autocomplete="on">
<label for="user">Name</label>
<input id="user" name="user" autocomplete="username" autocapitalize="none" maxlength="63" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required>
<button class="first" name="action" value="continue">Log in</button>
<button name="action" value="cancel" formnovalidate>Cancel</button>
</form>`,
  );
}

export function consentPage(request: AccessRequest, user: string): Promise<string> {
  return page(
    `Continue as ${user}`,
    html`${allows(request)}
<form method="post">
<button class="first" name="action" value="continue">Continue</button>
<button name="action" value="cancel">Cancel</button>
</form>`,
  );
}

export function problemPage(text: string): Promise<string> {
  return page('That did not work', html`<p class="problem" role="alert">${text}</p>`);
}

function allows({ client, scopes }: AccessRequest): ReturnType<typeof html> {
  return html`<p><strong>${client}</strong> wants to act for you: ${scopes.map((scope) => html`<code>${scope}</code> `)}</p>`;
}
