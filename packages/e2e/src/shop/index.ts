export { LogInError, type LogInOptions, logIn } from './log-in.ts';
export { logInAt } from './log-in-at.ts';
export { pageOf } from './log-in-page.ts';
export { createOidcClient, type DeviceLogin, type OidcClient, type UserTokens } from './oidc-client.ts';
export { createShopClient, type Money, type OrderRequest, type ShopAnswer, type ShopClient } from './shop-client.ts';
export { letOrdersFlow, type TrafficCount, type TrafficOptions } from './traffic.ts';
export { readPasswords } from './users.ts';
