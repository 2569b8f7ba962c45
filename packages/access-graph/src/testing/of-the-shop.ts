import { accessGraph } from '../access-graph.ts';

/** The services that this repository comes with, of which tests say all that is so. */
export const shop = ['gateway', 'order', 'inventory', 'payment', 'identity', 'audit'] as const;

const added = accessGraph.services.filter(({ name }) => !shop.some((known) => known === name));
const addedNames = added.map(({ name }) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`));
const addedScopes = new Set(added.flatMap(({ methods }) => methods.flatMap(({ tokenScopes }) => tokenScopes)));

/**
 * A value without what is in it for the sake of services that somebody added: lists without what names one of them, and
 * without scopes that those ask for. The same value where there are none.
 */
export function ofTheShop<Value>(value: Value): Value {
  if (added.length === 0) return value;
  return pruned(value) as Value;
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => !isAdded(each)).map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !namesAdded(key));
  return Object.fromEntries(entries.map(([key, each]) => [key, pruned(each)]));
}

function isAdded(element: unknown): boolean {
  if (typeof element === 'string') return namesAdded(element) || addedScopes.has(element);
  if (typeof element !== 'object' || element === null) return false;
  return Object.values(element).some((each) => typeof each === 'string' && namesAdded(each));
}

function namesAdded(text: string): boolean {
  return addedNames.some((name) => name.test(text));
}
