// Texts in the person's language, and how that language writes numbers and dates.

import { keep, recall } from "./kept.js";
import { signal } from "./view.js";

// The files of a page are those of its build, and the server has none but those of its own.
const ANOTHER_BUILD = "another_build";

export const LANGUAGES = { en: "English", uk: "Українська" };

export const language = signal("en");
const texts = signal({});

/** Brings the texts of `code`, or of what the browser asks for. */
export async function speak(code = recall("language") ?? preferred()) {
  for (;;) {
    try {
      return take(code, await bring(code));
    } catch (error) {
      // Without texts there is no screen that could offer to try again.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (error.code === ANOTHER_BUILD) location.reload();
    }
  }
}

async function bring(code) {
  const answer = await fetch(new URL(`../messages/${code}.json`, import.meta.url)).catch(() => null);
  if (answer?.ok) return answer.json();
  throw Object.assign(new Error("no texts"), { code: answer?.status === 404 ? ANOTHER_BUILD : "unreached" });
}

function take(code, found) {
  texts.value = found;
  language.value = code;
  document.documentElement.lang = code;
}

/** Takes another language, from the next visit on if its texts cannot be had now. Throws what `explain` tells. */
export async function chooseLanguage(code) {
  keep("language", code);
  take(code, await bring(code));
}

function preferred() {
  const wanted = navigator.languages.map((tag) => tag.split("-")[0]);
  return wanted.find((code) => code in LANGUAGES) ?? "en";
}

/** The text of `key`, with `{names}` filled in. One with forms is chosen by `values.count`. */
export function t(key, values = {}) {
  let text = texts.value[key] ?? key;
  if (typeof text === "object") {
    text = text[new Intl.PluralRules(language.value).select(values.count)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? number(values[name]) : whole));
}

export function knows(key) {
  return key in texts.value;
}

function number(value) {
  return typeof value === "number" ? new Intl.NumberFormat(region()).format(value) : value;
}

/** The language as this browser's region writes it: `en-GB` has another order of dates than `en-US`. */
export function region() {
  return navigator.languages.find((tag) => tag.split("-")[0] === language.value) ?? language.value;
}

/** What to tell a person of a failed request. */
export function explain(error) {
  if (error.code === "invalid" && error.errors?.length) {
    return error.errors.map((each) => `${fieldName(each.field)}: ${explainField(each)}`).join("; ");
  }
  const key = `problem.${error.code}`;
  const values = { action: error.action ?? "", seconds: error.retryAfter ?? 1 };
  return knows(key) ? t(key, values) : inEnglish(error.detail) ?? t("problem.other", { code: error.code ?? error.status ?? error.message });
}

/** What is wrong with a field: the server says more of it, in English. */
export function explainField({ message }) {
  return inEnglish(message) ?? t("problem.invalid");
}

function fieldName(field) {
  return knows(`field.${field}`) ? t(`field.${field}`) : field;
}

function inEnglish(text) {
  return language.value === "en" && text ? text : null;
}
