// The memory of each instance of the module that is made in this thread, the latest last: that of a session without a worker. It
// is no part of the API; import this before the package.
/** @type {WebAssembly.Memory[]} */
export const memories = [];
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    const instance = Reflect.construct(target, args);
    memories.push(instance.exports.memory);
    return instance;
  },
});
