import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';

type Html = ReturnType<typeof html>;

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 12vh auto; padding: 0 1rem; color: #1a1a1a; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input { margin: 0 0 1rem; padding: .5rem; border: 1px solid #888; border-radius: 4px; }
button { margin-top: .5rem; padding: .6rem; border: 1px solid #1a1a1a; border-radius: 4px; background: #fff; }
button.first { background: #1a1a1a; color: #fff; }
.problem { color: #a00000; }
code { overflow-wrap: anywhere; }`;

/** A whole page. What is put into the title and the body has been escaped by `html`. */
export async function page(title: string, body: Html): Promise<string> {
  const document = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>`;
  return document.toString();
}

/**
 * Nothing is loaded and no script runs; only the page's own style counts. Forms go to this server, which may then send
 * the browser on to a command line's listener: browsers apply `form-action` to that too (RFC 8252, section 7.3).
 */
export const contentSecurityPolicy: Readonly<Record<string, readonly string[]>> = {
  defaultSrc: ["'none'"],
  styleSrc: [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
  formAction: ["'self'", 'http://127.0.0.1:*'],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The same as a header's value. */
export const policyHeader: string = Object.entries(contentSecurityPolicy)
  .map(([name, values]) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${values.join(' ')}`)
  .join('; ');
