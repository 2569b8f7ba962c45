import { leaseRoutes } from './lease-routes.ts';
import type { Engines, Handler, Route } from './route.ts';
import { tokenRoutes } from './token-routes.ts';

/** The only path that is asked without a token. */
export const loginPath = 'auth/cert/login';

/** Everything besides the login that is asked with a token. */
export function createRoutes(
  engines: Engines,
): (path: string) => { readonly route: Route; readonly name: string } | null {
  const routes = [...tokenRoutes(engines), ...leaseRoutes(engines), ...keyValueRoutes(engines)];
  return (path) => {
    for (const route of routes) {
      const found = route.pattern.exec(path);
      if (found !== null) return { route, name: found[1] ?? '' };
    }
    return null;
  };
}

function keyValueRoutes({ keyValues }: Engines): Route[] {
  const write: Handler = ({ name, data, bearer, now }) => ({ data: keyValues.write(name, data, bearer, now) });
  return [
    {
      pattern: /^kv\/data\/(.*[^/])$/,
      exists: keyValues.has,
      handlers: {
        read: ({ name, version }) => ({ data: keyValues.read(name, version) }),
        create: write,
        update: write,
      },
    },
    {
      pattern: /^kv\/metadata\/(.*[^/])$/,
      handlers: { read: ({ name }) => ({ data: keyValues.metadata(name) }) },
    },
  ];
}
