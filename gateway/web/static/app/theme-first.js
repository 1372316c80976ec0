// Before the first paint, and so no module: a page that is chosen to be dark does not flash.
try {
  const theme = localStorage.getItem("tasksync.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's choice holds.
}
