import type { Fault } from './fault.ts';

const head = ['fault', 'stack', 'what it does', 'what one sees', 'how it comes right', 'in a test'];

/** Every fault with what comes of it, as a Markdown table. */
export function faultTable(faults: readonly Fault[]): string {
  const rows = faults.map((fault) => [
    `\`zt fault ${usageOf(fault)}\``,
    fault.stack === 'any' ? 'both' : fault.stack,
    fault.does,
    fault.shows,
    fault.recovers,
    `\`${fault.call}\``,
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** As it is typed, on order where it takes a workload, and with the usual number. */
function usageOf({ name, workload, amount }: Fault): string {
  const words = [name, ...(workload === 'none' ? [] : ['order'])];
  return [...words, ...(amount === null ? [] : [`--${amount.option} ${amount.usual}`])].join(' ');
}
