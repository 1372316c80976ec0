// Runs before all else, and so is no module.

// Before the first paint: a page that is chosen to be dark does not flash.
try {
  const theme = localStorage.getItem("tasksync.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's choice holds.
}

// A script or style that did not come leaves no page at all. The network may have gone for a moment, or the server has
// another build by now: the page comes again, with the addresses of its files.
addEventListener(
  "error",
  (event) => {
    const isNeeded = event.target.localName === "script" || event.target.rel === "stylesheet";
    if (isNeeded) setTimeout(() => location.reload(), 1000);
  },
  true,
);
