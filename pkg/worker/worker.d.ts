/* Has no exports: it is the file of a worker, for `open({ worker: () => new Worker(…, { type: "module" }) })`. */
export {};
