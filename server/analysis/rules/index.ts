/** All rules, in the order of the documentation. The one list we keep. */
import type { Rule } from '../rule.ts';
import { asyncCallbackIgnored } from './async-callback-ignored.ts';
import { blockingCall } from './blocking-call.ts';
import { floatingPromise } from './floating-promise.ts';
import { lostPromise } from './lost-promise.ts';
import { missingAwaitInTry } from './missing-await-in-try.ts';
import { promiseInCondition } from './promise-in-condition.ts';
import { swallowedRejection } from './swallowed-rejection.ts';
import { unsafeVoid } from './unsafe-void.ts';

export const rules: readonly Rule[] = [
  floatingPromise,
  lostPromise,
  unsafeVoid,
  missingAwaitInTry,
  promiseInCondition,
  asyncCallbackIgnored,
  swallowedRejection,
  blockingCall,
];
