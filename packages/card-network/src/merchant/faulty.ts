import { setTimeout as delay } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import type { Faults } from '../admin/fault.ts';

const hangMs = 60_000;

/** Lets the fault in force happen to a request. */
export function faulty(faults: Faults): MiddlewareHandler<{ Bindings: HttpBindings }> {
  return async function letFaultHappen(context, next) {
    const fault = faults.next();
    switch (fault.kind) {
      case 'none':
        return await next();
      case 'slow':
        await delay(fault.ms);
        return await next();
      case 'error':
        return context.json({ error: 'out_of_order' }, 500);
      case 'hang':
        await delay(hangMs, undefined, { signal: context.req.raw.signal }).catch(() => {});
        return context.json({ error: 'out_of_order' }, 500);
      case 'wrong body':
        await next();
        context.res = new Response('<html>maintenance</html>', { headers: { 'content-type': 'text/html' } });
        return;
      case 'lost answer':
        await next();
        context.env.incoming.socket.destroy();
        return;
    }
  };
}
