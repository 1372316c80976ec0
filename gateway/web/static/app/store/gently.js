// Asks anew after changes, without asking for each of them, and without waiting for their end.

const SOON_MS = 400;
const BUSY_MS = 2000;

/** A function that has `work` done soon, or after a while if it was just done; its `stop` takes that back. */
export function gently(work) {
  let timer = 0;
  let last = 0;
  const ask = () => {
    timer ||= setTimeout(run, Math.max(SOON_MS, last + BUSY_MS - Date.now()));
  };
  function run() {
    timer = 0;
    last = Date.now();
    work();
  }
  ask.stop = () => {
    clearTimeout(timer);
    timer = 0;
  };
  return ask;
}
