// What this browser keeps between visits: choices, never tokens or content.

import { signal } from "./view.js";

const PREFIX = "tasksync.";

export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage may be forbidden or full; the choice then lasts as long as the page.
  }
}

/** `light`, `dark`, or `system`. */
export const theme = signal(recall("theme") ?? "system");

function chooseTheme(chosen) {
  theme.value = chosen;
  keep("theme", chosen === "system" ? null : chosen);
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

const isDark = matchMedia("(prefers-color-scheme: dark)");

export function toggleTheme() {
  const shown = theme.value === "system" ? (isDark.matches ? "dark" : "light") : theme.value;
  chooseTheme(shown === "dark" ? "light" : "dark");
}
