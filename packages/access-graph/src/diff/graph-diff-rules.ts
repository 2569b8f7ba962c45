import { shownName } from '../find-method.ts';
import type { AccessGraph, GraphMethod } from '../graph.ts';
import { hoursInWords, limitInWords, rateInWords, usersInWords } from '../restriction-words.ts';
import { changesOfLists, type GraphChange, less, more, other } from './graph-change.ts';

/** What methods ask for besides their callers; of one that is new, everything. One that is gone asks for nothing. */
export function changesOfRules(graphBefore: AccessGraph, after: AccessGraph): GraphChange[] {
  const known = new Map(graphBefore.services.flatMap(({ methods }) => methods.map((each) => [each.shortName, each])));
  return after.services.flatMap(({ methods }) =>
    methods.flatMap((method) => {
      const before = known.get(method.shortName);
      const changes = changesOfRule(shownName(method), before, method);
      // What a new method asks for takes nothing from anybody.
      return before === undefined ? changes.map(({ words }) => other(words)) : changes;
    }),
  );
}

function changesOfRule(name: string, before: GraphMethod | undefined, after: GraphMethod): GraphChange[] {
  return [
    ...(before === undefined || before.fullName === after.fullName
      ? []
      : [other(`${name} is ${after.fullName} now, and was ${before.fullName}`)]),
    ...changesOfLists(before?.scopes ?? [], after.scopes, {
      added: (scope) => less(`${name} now asks for the scope ${scope}`),
      removed: (scope) => more(`${name} no longer asks for the scope ${scope}`),
    }),
    ...changesOfRoles(name, before?.roles ?? null, after.roles),
    ...changed(
      name,
      'the amount',
      wordsOf(before?.amountLimit, limitInWords),
      wordsOf(after.amountLimit, limitInWords),
    ),
    ...changed(name, 'the hours', wordsOf(before?.hours, hoursInWords), wordsOf(after.hours, hoursInWords)),
    ...changed(name, 'the networks', networksOf(before), networksOf(after)),
    ...changed(name, 'the rate', wordsOf(before?.rateLimit, rateInWords), wordsOf(after.rateLimit, rateInWords)),
    ...changed(
      name,
      'the users',
      wordsOf(before?.distinctUsers, usersInWords),
      wordsOf(after.distinctUsers, usersInWords),
    ),
    ...changesOfPurpose(name, before?.purpose ?? false, after.purpose),
    ...changesOfLists(before?.observe ?? [], after.observe, {
      added: (reason) => more(`${name} now only records ${reason}, and does not refuse for it`),
      removed: (reason) => less(`${name} now refuses for ${reason}, which it only recorded`),
    }),
    ...changesOfRecord(name, before, after),
  ];
}

function changesOfRoles(
  name: string,
  before: readonly string[] | null,
  after: readonly string[] | null,
): GraphChange[] {
  if (before === null) return after === null ? [] : [less(`${name} now asks for the role ${after.join(' or ')}`)];
  if (after === null) return [more(`${name} no longer asks for the role ${before.join(' or ')}`)];
  return changesOfLists(before, after, {
    added: (role) => more(`the role ${role} is now enough for ${name}`),
    removed: (role) => less(`the role ${role} is no longer enough for ${name}`),
  });
}

function changed(name: string, what: string, before: string | null, after: string | null): GraphChange[] {
  if (before === after) return [];
  if (after === null) return [more(`${name} no longer limits ${what}: it was ${before}`)];
  if (before === null) return [less(`${name} now limits ${what}: ${after}`)];
  return [other(`${name} limits ${what} in another way: ${after}; it was ${before}`)];
}

function wordsOf<Value>(value: Value | null | undefined, inWords: (value: Value) => string): string | null {
  return value === null || value === undefined ? null : inWords(value);
}

function networksOf(method: GraphMethod | undefined): string | null {
  return method?.networks?.join(', ') ?? null;
}

function changesOfPurpose(name: string, before: boolean, after: boolean): GraphChange[] {
  if (before === after) return [];
  return after
    ? [less(`${name} now asks what the call is for`)]
    : [more(`${name} no longer asks what the call is for`)];
}

function changesOfRecord(name: string, before: GraphMethod | undefined, after: GraphMethod): GraphChange[] {
  if (before === undefined || before.record === after.record) return [];
  return after.record === 'synced'
    ? [less(`a decision about ${name} is now on disk before the method runs`)]
    : [more(`a decision about ${name} is no longer on disk before the method runs`)];
}
