/** Customization hooks for Node 20, where ES modules are loaded on another thread. */
export const isLoader = true;
