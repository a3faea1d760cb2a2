/** Lets a sale that came meanwhile go first. */
export const otherWork = (): Promise<void> => new Promise((done) => setImmediate(done))
