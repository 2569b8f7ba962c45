import pc from 'picocolors';
import { getBorderCharacters, table } from 'table';
import type { Reachability, View } from './find-reachable.ts';

/** Who reaches whom: callers from top to bottom, and beside each other whoever can be reached by anybody or serves a port. */
export function showReachable({ listening, views }: Reachability): string {
  const callers = [...new Set(views.map(({ callerCopy }) => callerCopy))];
  const others = views.map(({ calleeCopy }) => calleeCopy).filter((callee) => !callers.includes(callee));
  const callees = [...callers, ...new Set(others)].filter((callee) => (listening.get(callee)?.length ?? 1) > 0);
  const rows = callers.map((caller) => [caller, ...callees.map((callee) => cell(views, caller, callee))]);
  return table([['', ...callees].map((text) => pc.dim(text)), ...rows], {
    border: getBorderCharacters('void'),
    drawHorizontalLine: () => false,
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
  }).trimEnd();
}

/** At which ports somebody listens, for each container that serves any. */
export function showListening({ listening }: Reachability): string {
  const serving = [...listening].filter(([, ports]) => ports.length > 0);
  const silent = [...listening].filter(([, ports]) => ports.length === 0).map(([name]) => name);
  const lines = serving.map(([name, ports]) => `${name} ${ports.join(', ')}`);
  return [
    'Ports are those to which a connection was made. Who is refused is on a network with the other, and finds nobody who',
    'listens there; somebody else is a proxy that answers for addresses which it does not have.',
    `Listening: ${lines.join('; ')}. Nowhere: ${silent.join(', ') || 'nobody'}.`,
  ].join('\n');
}

function cell(views: readonly View[], caller: string, callee: string): string {
  const view = views.find(({ callerCopy, calleeCopy }) => callerCopy === caller && calleeCopy === callee);
  if (view === undefined) return pc.dim('–');
  return view.seen === 'connected' ? pc.green(view.ports.join(' ')) : pc.dim(view.seen);
}
