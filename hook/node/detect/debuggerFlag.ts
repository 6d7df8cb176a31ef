/**
 * Header word of the ring: 1 while the thread's inspector listens, so that a debugger of the user's may be attached. The worker cannot see
 * it (its own `inspector.url()` is that of the worker).
 */
export const debuggerWord = 15;
