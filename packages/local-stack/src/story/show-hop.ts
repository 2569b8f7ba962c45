import { accessGraph } from '@zt/access-graph';
import type { DecisionRecord, PeerRecord, TokenRecord } from '@zt/kit/audit';
import { labelled } from './layout.ts';
import { methodName, spellCertificate, spellEnd, spellId, spellMoney, spellWorkload } from './spell.ts';
import type { Style } from './style.ts';

/** One hop of a request, as the service recorded it that decided: who called, on whose behalf, and why it was allowed or not. */
export function showHop(number: number, record: DecisionRecord, style: Style): string[] {
  const { colors } = style;
  const at = new Date(record.time);
  const decider = spellWorkload(record.service, style);
  const certificate = record.serviceCertificate;
  const verdict = record.allowed ? colors.green('✔ allowed') : colors.red('✖ refused');
  const from = callerOf(record, { ...style, verbose: false });
  const to = spellWorkload(record.service, { verbose: false });
  return [
    ` ${String(number).padStart(2)}.  ${colors.bold(`${from} → ${to}`)}  ${methodName(record.method) || 'handshake'}  ${verdict}`,
    ...labelled(
      [
        ['caller', caller(record, at, style)],
        ['decided by', certificate === null ? decider : `${decider}, ${spellCertificate(certificate, at, style)}`],
        ['on behalf', record.token === null ? '' : spellToken(record.token, record.peer, at, style)],
        ['scopes', record.token?.scopes.join(' ') ?? ''],
        ['about', spellResource(record.resource, style)],
        ['decision', `${record.allowed ? 'allowed' : 'refused'} by rule ${record.rule}`],
        ['because', record.allowed ? '' : colors.red(because(record))],
        ['recorded', `as ${record.decisionId}, under policy ${spellId(record.policyRevision, style, 12)}`],
        ['db login', spellLogin(record.database, at, style)],
      ],
      style,
    ),
  ];
}

/** Who is at the other end, in a word: a workload, a user who has only a token, or nobody known. */
export function callerOf({ peer, token }: DecisionRecord, style: Pick<Style, 'verbose'>): string {
  if (peer !== null) return spellWorkload(peer.spiffeId, style);
  return token === null ? 'somebody' : token.subject;
}

function caller(record: DecisionRecord, at: Date, style: Style): string {
  const { peer, token } = record;
  if (peer !== null) return spellPeer(peer, at, style);
  if (token === null) return `somebody at ${record.address}, without a certificate and without a good token`;
  if (accessGraph.thirdParties.includes(token.subject))
    return `${token.subject}, a third party, by what it signed itself`;
  return `${token.subject}, with a token and no certificate: only the gateway takes that`;
}

function spellPeer(peer: PeerRecord, at: Date, style: Style): string {
  return `${spellWorkload(peer.spiffeId, style)}, ${spellCertificate(peer, at, style)}`;
}

/** What the token says; of its chain the workload that acts now comes first, then the one that it acts for. */
function spellToken(token: TokenRecord, peer: PeerRecord | null, at: Date, style: Style): string {
  const isOwn = token.subject === peer?.spiffeId;
  const chain = token.chain.map((spiffeId) => spellWorkload(spiffeId, style)).join(' ← ');
  const act = chain === '' ? 'nobody in between' : chain;
  const audience = spellWorkload(token.audience, style);
  const who = isOwn ? 'nobody, in its own name' : `sub ${token.subject}`;
  const acting = isOwn ? '' : ` · act ${act}`;
  return `${who} · aud ${audience}${acting} · ${spellEnd(token.expiresAt, at, style)}`;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Amounts as people write them, workloads by name, long identifiers cut short. */
function spellResource(resource: DecisionRecord['resource'], style: Style): string {
  const { amount_minor_units: minorUnits, currency, ...others } = resource;
  const amount = typeof minorUnits === 'number' ? [spellMoney({ minorUnits, currency: String(currency ?? '') })] : [];
  const spell = (text: string) => (uuid.test(text) ? spellId(text, style) : spellWorkload(text, style));
  const named = Object.entries(others).map(([name, value]) => `${name} ${spell(String(value))}`);
  return [...amount, ...named].join(' · ');
}

function because({ reasons, detail }: DecisionRecord): string {
  return detail === '' ? reasons.join(', ') : `${reasons.join(', ')} (${detail})`;
}

function spellLogin(database: DecisionRecord['database'], at: Date, style: Style): string {
  if (database === null) return '';
  const lease = style.verbose ? `, lease ${database.leaseId}` : '';
  return `${database.login} ${spellEnd(database.leaseEndsAt, at, style)}${lease}`;
}
