import type { Fault, FaultScope } from './fault.ts';

const nameOf = ({ workload }: FaultScope): string => workload ?? '';
const orAll = ({ workload }: FaultScope): string | undefined => workload ?? undefined;

/** Of those that it mends, mending one of a workload mends the others too. */
const mendedTogether: Extract<Fault, { readonly stack: 'embedded' }>['lasting'] = {
  usualSeconds: null,
  mend: ({ workloadApi }, scope) => workloadApi.mend(orAll(scope)),
};

/** What goes wrong at the Workload API, and with the certificates that it gives out. */
export const identityFaults: readonly Fault[] = [
  {
    name: 'expire-svid',
    stack: 'embedded',
    workload: 'one',
    amount: { option: 'seconds', meaning: 'how long the SVID is valid', usual: 5, least: 1, most: 3_600 },
    does: 'gives a workload an SVID that expires in seconds',
    shows:
      'its end in `zt status`; from then on `svid_expired` in the log, all connections of the workload are cut, and it neither calls nor is called: 503 for an order, `handshake_failed` on record where somebody tried. No other SVID comes by itself',
    recovers: 'mended, or with `rotate-svid`, within 6 s',
    call: "workloadApi.issueShortLived('order', 5)",
    begin: ({ workloadApi }, scope) => workloadApi.issueShortLived(nameOf(scope), scope.amount),
    lasting: mendedTogether,
  },
  {
    name: 'rotate-svid',
    stack: 'embedded',
    workload: 'one or all',
    amount: null,
    does: 'gives a workload, or all of them, another SVID at once',
    shows: 'a line `svid_received` in its log, another serial number in the records; no order fails',
    recovers: 'nothing has to',
    call: "workloadApi.rotate('order')",
    begin: ({ workloadApi }, scope) => workloadApi.rotate(orAll(scope)),
    lasting: null,
  },
  {
    name: 'roll-ca',
    stack: 'any',
    workload: 'none',
    amount: null,
    does: 'replaces the authority that signs all SVIDs: prepare, activate, taint, revoke',
    shows: 'what `zt roll-ca` shows: each workload has another SVID and another bundle; no order fails',
    recovers: 'nothing has to',
    call: 'rollAuthority(authority, settled)',
    begin: (stack) => stack.rollAuthority('revoke'),
    lasting: null,
  },
  {
    name: 'taint-ca',
    stack: 'any',
    workload: 'none',
    amount: null,
    does: 'taints the authority that signs, as where its key has leaked, and puts another into its place',
    shows:
      'streams of the Workload API end with PERMISSION_DENIED, and each workload has an SVID of the new authority a moment later; no order fails. The tainted one is still trusted',
    recovers: 'mending it revokes the tainted authority: nobody trusts it any more',
    call: 'taintAuthority(authority, settled)',
    begin: (stack) => stack.rollAuthority('taint'),
    lasting: { usualSeconds: null, mend: (stack) => stack.revokeTainted() },
  },
  {
    name: 'withdraw',
    stack: 'embedded',
    workload: 'one',
    amount: null,
    does: 'withdraws the identity of a workload, as where its entry is deleted',
    shows:
      'nothing for two seconds, as after a taint; then `identity_withdrawn` in its log, all its connections are cut, and it neither calls nor is called: 503 for an order',
    recovers: 'mended, within 6 s',
    call: "workloadApi.withdraw('order')",
    begin: ({ workloadApi }, scope) => workloadApi.withdraw(nameOf(scope)),
    lasting: { usualSeconds: null, mend: (servers, scope) => servers.registerAgain(nameOf(scope)) },
  },
  {
    name: 'hang-stream',
    stack: 'embedded',
    workload: 'one or all',
    amount: null,
    does: 'says nothing more on the streams of a workload, or of all, and leaves them open',
    shows:
      'nothing while the SVID in hand is young; at three quarters of its life `agent_lost` in the log, and from its end on it is as after `expire-svid`',
    recovers: 'mended, within 20 s: a stream on which nothing came is given up after 15 s',
    call: "workloadApi.hang('order')",
    begin: ({ workloadApi }, scope) => workloadApi.hang(orAll(scope)),
    lasting: mendedTogether,
  },
  {
    name: 'half-message',
    stack: 'embedded',
    workload: 'one or all',
    amount: null,
    does: 'sends a workload, or all of them, the first half of a message, and hangs up',
    shows:
      '`agent_lost` in the log, again and again; the SVID in hand goes on until its end, and then it is as after `expire-svid`',
    recovers: 'mended, within 6 s: tries are up to 5 s apart',
    call: "workloadApi.halfAMessage('order')",
    begin: ({ workloadApi }, scope) => workloadApi.halfAMessage(orAll(scope)),
    lasting: mendedTogether,
  },
  {
    name: 'slow-workload-api',
    stack: 'embedded',
    workload: 'one or all',
    amount: { option: 'ms', meaning: 'how much later each answer comes', usual: 2_000, least: 1, most: 600_000 },
    does: 'answers a workload, or all of them, later',
    shows:
      'up to some seconds, nothing: the next SVID is asked for in time. Above 15 000 ms it is as after `hang-stream`',
    recovers: 'mended, with the next answer',
    call: "workloadApi.answerSlowly(2_000, 'order')",
    begin: ({ workloadApi }, scope) => workloadApi.answerSlowly(scope.amount, orAll(scope)),
    lasting: mendedTogether,
  },
  {
    name: 'stop-workload-api',
    stack: 'any',
    workload: 'none',
    amount: null,
    does: 'kills who serves the Workload API, and keeps it down',
    shows: '`agent_lost` in every log; SVIDs in hand go on until their end, and then it is as after `expire-svid`',
    recovers: 'mended, within 10 s',
    call: 'workloadApi.stop()',
    begin: (stack) => stack.hold(stack.workloadApiProcess()),
    lasting: { usualSeconds: null, mend: (stack) => stack.release(stack.workloadApiProcess()) },
  },
  {
    name: 'skew-clock',
    stack: 'embedded',
    workload: 'none',
    amount: {
      option: 'seconds',
      meaning: "how far the issuer's clock is ahead, or behind where it is negative",
      usual: 300,
      least: -86_400,
      most: 86_400,
    },
    does: 'puts the clock of who issues SVIDs, and issues all anew',
    shows:
      'ahead: SVIDs are not valid yet, and each new connection is refused, with `peer_certificate_expired` or in the middle of its handshake; those that are open go on until the SVIDs end that they were made with. Behind: SVIDs are over when they come, and every workload is without identity at once. 503 for an order either way, within seconds',
    recovers: 'mended, within 6 s: all get right ones at once',
    call: 'authority.skewClock(300_000)',
    async begin({ authority, workloadApi }, { amount }) {
      authority.skewClock(amount * 1_000);
      await workloadApi.rotate();
    },
    lasting: {
      usualSeconds: null,
      async mend({ authority, workloadApi }) {
        authority.skewClock(0);
        await workloadApi.rotate();
      },
    },
  },
];
