import { expect, it, vi } from 'vitest';
import { accessGraph } from './access-graph.ts';
import { findMethod, shownName } from './find-method.ts';

vi.mock(import('./define-graph.ts'), async (original) =>
  (await import('./testing/shop-alone.ts')).shopAlone(await original()),
);

it.each([
  '/payment.v1.PaymentService/AuthorizePayment',
  'payment.v1.PaymentService/AuthorizePayment',
  'payment.AuthorizePayment',
  'payment/AuthorizePayment',
])('finds a method that is called %s', (name) => {
  const { service, method } = findMethod(accessGraph, name);
  expect([service.name, method.fullName]).toEqual(['payment', '/payment.v1.PaymentService/AuthorizePayment']);
});

it('says what there is in place of a method that is not there', () => {
  expect(() => findMethod(accessGraph, 'payment.Authorize')).toThrow(
    /payment has no method .*payment\.AuthorizePayment/,
  );
  expect(() => findMethod(accessGraph, 'shop.Buy')).toThrow(/no method shop\.Buy; its services are gateway, order/);
});

it('says of health that every service answers it for itself', () => {
  expect(() => findMethod(accessGraph, 'grpc.health.v1.Health/Check')).toThrow('for itself only');
});

it('shows a method with its service', () => {
  expect(shownName(findMethod(accessGraph, 'order.PlaceOrder').method)).toBe('order/PlaceOrder');
});
