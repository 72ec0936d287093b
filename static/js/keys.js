/*
 * Single keys. Each is a shortcut to something visible; a preference (data-keys="off") switches them off,
 * and they never fire while text is being typed.
 *
 *   table[data-rows]     j k move, x ticks, p presses the row's first link (the peek),
 *                        o goes to tr[data-open], e goes to tr[data-record]
 *   [data-key="s"]       any other visible control: a key presses it, or focuses it when it is a field
 *   [data-search]        where / goes; without one, the search in the top bar
 *   #peek [data-close]   the way out of the peek, which Esc takes
 */
"use strict";

let current = -1;

const rows = () => [...document.querySelectorAll("table[data-rows] > tbody > tr")];
const linkOf = (row) => row?.querySelector("th a, th button");
const peek = () => document.querySelector("#peek .peek");

/* Rows ------------------------------------------------------------------------------- */

function moveTo(index) {
  const all = rows();
  current = Math.max(0, Math.min(all.length - 1, index));
  mark(all);
  all[current].scrollIntoView({ block: "nearest" });
  const link = linkOf(all[current]);
  link?.focus({ preventScroll: true });
  if (peek()) link?.click();
}

function mark(all = rows()) {
  all.forEach((row, index) => row.classList.toggle("current", index === current));
}

function tick(row) {
  const box = row.querySelector('input[type="checkbox"]');
  if (!box) return false;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function follow(url) {
  if (url) location.assign(url);
  return Boolean(url);
}

function press(element) {
  if (!element || element.hidden) return false;
  if (element.matches("summary")) return openAt(element.parentElement);
  if (element.matches("input, select, textarea")) element.focus();
  if (!element.matches("input:not([type=checkbox], [type=radio]), select, textarea")) element.click();
  return true;
}

/** Open what a summary hides, and stand in its first field; a second press shuts it again. */
function openAt(details) {
  details.open = !details.open;
  if (details.open) details.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return true;
}

const ROW_KEYS = {
  j: () => moveTo(current + 1),
  k: () => moveTo(current - 1),
  x: (row) => row && tick(row),
  p: (row) => press(linkOf(row)),
  o: (row) => follow(row?.dataset.open),
  e: (row) => follow(row?.dataset.record),
};

/* Everything else ---------------------------------------------------------------------- */

function search() {
  return press(document.querySelector("[data-search]") ?? document.getElementById("find-patient"));
}

function help() {
  document.getElementById("keys")?.showModal();
  return true;
}

/** Close the peek, return to its row, and take the peek out of the address. */
function closePeek() {
  const slot = document.getElementById("peek");
  if (!peek()) return false;
  slot.replaceChildren();
  const url = new URL(location.href);
  url.searchParams.delete("peek");
  history.replaceState({}, "", url);
  linkOf(rows()[current])?.focus();
  return true;
}

function onEscape() {
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return closePeek();
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

/** What a key does here, most particular first. True when it did something. */
function act(key) {
  if (key === "/") return search();
  if (key === "?") return help();
  if (press(document.querySelector(`#peek [data-key="${CSS.escape(key)}"]`))) return true;
  if (rows().length && key in ROW_KEYS && ROW_KEYS[key](rows()[current]) !== false) return true;
  return press(document.querySelector(`[data-key="${CSS.escape(key)}"]`));
}

/** A field that takes only digits lets a letter go. */
const FIELDS = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";
const isTyped = (element, key) => !(element.matches("[inputmode=numeric], [type=date]") && /^[a-z]$/.test(key));
const typing = (element, key) => element.matches(FIELDS) && isTyped(element, key);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return onEscape() && event.preventDefault();
  if (document.documentElement.dataset.keys === "off" || typing(event.target, event.key)) return;
  if (answerByKey(event) || act(event.key)) event.preventDefault();
});

/** The row that was clicked or has focus is the one that the keys mean. */
function standAt(event) {
  const row = event.target.closest("table[data-rows] > tbody > tr");
  if (!row) return;
  current = rows().indexOf(row);
  mark();
}

document.addEventListener("focusin", standAt);
document.addEventListener("click", (event) => {
  standAt(event);
  if (event.target.closest("#peek [data-close]") && closePeek()) event.preventDefault();
});

/* A page that opens with a peek marks its row; a swapped table keeps its mark. */
document.addEventListener("htmx:afterSettle", () => rows().length && current >= 0 && mark());
current = rows().findIndex((row) => row.getAttribute("aria-selected") === "true");
