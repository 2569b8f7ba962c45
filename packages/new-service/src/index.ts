export { describeNewService } from './describe-new-service.ts';
export { type NewService, type NewServiceOptions, newService } from './new-service.ts';
export type { ServicePlan } from './service-plan.ts';
export { type Wish, WishError } from './wish.ts';
