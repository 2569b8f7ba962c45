import { expect, test } from 'vitest';
import { parseDoorRequest } from './door-request.ts';

const id = 'a'.repeat(64);

test('the agent may greet the engine and look at a container, as its client does', () => {
  expect(parseDoorRequest('agent', 'HEAD', '/_ping')).toEqual({ kind: 'ping' });
  expect(parseDoorRequest('agent', 'GET', '/_ping')).toEqual({ kind: 'ping' });
  expect(parseDoorRequest('agent', 'GET', `/v1.41/containers/${id}/json`)).toEqual({ kind: 'inspect', id });
});

test('the tools may besides list containers, and read their logs', () => {
  expect(parseDoorRequest('tools', 'GET', '/containers/json?all=true')).toEqual({ kind: 'list', all: true });
  const query = 'stdout=true&stderr=true&timestamps=true&follow=false&since=1700000000.000000001&tail=20';
  expect(parseDoorRequest('tools', 'GET', `/containers/${id}/logs?${query}`)).toEqual({ kind: 'logs', id, query });
});

test.each([
  ['agent', 'GET', '/version'],
  ['agent', 'GET', '/containers/json'],
  ['agent', 'GET', `/containers/${id}/logs?stdout=1`],
  ['tools', 'HEAD', '/containers/json'],
  ['tools', 'POST', '/containers/create'],
  ['tools', 'POST', `/containers/${id}/exec`],
  ['tools', 'PUT', `/containers/${id}/archive?path=/`],
  ['tools', 'DELETE', `/containers/${id}`],
  ['tools', 'GET', `/containers/${id}/archive?path=/unseal`],
  ['tools', 'GET', `/containers/${id}/export`],
  ['tools', 'GET', `/containers/${id}/top`],
  ['tools', 'GET', `/containers/${id}/stats?stream=false`],
  ['tools', 'GET', `/containers/${id}/json?size=1`],
  ['tools', 'GET', `/containers/${id.slice(1)}/json`],
  ['tools', 'GET', '/containers/zero-trust-vault-1/json'],
  ['tools', 'GET', '/containers/json?filters=%7B%7D'],
  ['tools', 'GET', '/containers/json?all=true&all=false'],
  ['tools', 'GET', `/containers/${id}/logs?follow=1&x=1`],
  ['tools', 'GET', `/containers/${id}/logs?since=yesterday`],
  ['tools', 'GET', '/events'],
  ['tools', 'GET', '/images/json'],
  ['tools', 'GET', `http://engine/containers/${id}/json`],
  ['tools', 'GET', `//containers/${id}/json`],
  ['tools', 'GET', `/v1.41/../containers/${id}/json`],
  ['tools', 'GET', `/containers/${id}%2fjson`],
  ['tools', 'GET', `/containers/${id}/json#`],
  ['tools', 'GET', ''],
] as const)('at the door of the %s nobody may ask %s %s', (door, method, url) => {
  expect(parseDoorRequest(door, method, url)).toBeNull();
});
