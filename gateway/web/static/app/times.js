// Times as people read them. The API speaks RFC 3339 in UTC; a due date is shown as a day.

import { region } from "./messages.js";
import { computed, signal } from "./view.js";

const DAY = 86_400_000;

// A page stays open over night: what is shown of today, and of ago, depends on these.
const minute = signal(Date.now());
const today = computed(() => startOf(minute.value));
const look = () => {
  minute.value = Date.now();
};
setInterval(look, 60_000);
document.addEventListener("visibilitychange", look);

function startOf(time) {
  return new Date(time).setHours(0, 0, 0, 0);
}

function format(options, time) {
  return new Intl.DateTimeFormat(region(), options).format(new Date(time));
}

export function shortDay(time) {
  const isThisYear = new Date(time).getFullYear() === new Date().getFullYear();
  return format({ day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) }, time);
}

export function fullTime(time) {
  return format({ dateStyle: "medium", timeStyle: "short" }, time);
}

/** Whole days from today to the day of `time`; negative when it is past. */
export function daysUntil(time) {
  return Math.round((startOf(time) - today.value) / DAY);
}

/** "tomorrow", "in 3 days", or the date when it is far. */
export function relativeDay(time) {
  const days = daysUntil(time);
  if (Math.abs(days) > 6) return shortDay(time);
  return new Intl.RelativeTimeFormat(region(), { numeric: "auto" }).format(days, "day");
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** "5 minutes ago". */
export function ago(time) {
  const seconds = (new Date(time).getTime() - Math.max(minute.value, Date.now())) / 1000;
  if (seconds < -6 * 86_400) return shortDay(time);
  const relative = new Intl.RelativeTimeFormat(region(), { numeric: "auto", style: "short" });
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return relative.format(Math.min(0, Math.round(seconds / size)), unit);
}

/** The value of an `<input type="date">` for a time, and back: five in the afternoon of that day, here. */
export function toDayInput(time) {
  if (!time) return "";
  const date = new Date(time);
  const pad = (value) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

export function fromDayInput(value) {
  return value ? new Date(`${value}T17:00:00`).toISOString() : null;
}
