/*
 * A review meeting: what others did is taken over part by part every few seconds (templates/meeting/_progress.html).
 * What somebody types in or stands on stays as it is and where it is. A hidden page says nothing: its reader is away.
 */
"use strict";

const offered = new Map();

/** The parts of each patient, and the order of the rows. */
function takeOver(progress) {
  for (const told of progress.querySelector("template[data-cases]")?.content.children ?? []) {
    const row = document.getElementById(`case-${told.dataset.of}`);
    if (!row) continue;
    Object.assign(row.dataset, { sheet: told.dataset.sheet, queue: told.dataset.queue });
    for (const part of told.children) refresh(row.querySelector(`[data-part="${part.dataset.part}"]`), part);
    place(row, Number(told.dataset.place));
  }
  for (const list of document.querySelectorAll("[data-follows]")) reorder(list);
}

function refresh(shown, part) {
  if (shown && shown.innerHTML.trim() !== part.innerHTML.trim()) shown.innerHTML = part.innerHTML;
}

/** The forms of a row follow its place; who is through has none left, unless somebody is writing in one. */
function place(row, number) {
  const acts = row.querySelector("[data-acts]");
  if (!acts) return;
  if (!number) {
    row.classList.remove("urgent");
    if (!acts.contains(document.activeElement) && !acts.querySelector("details[open]")) acts.replaceChildren();
    return;
  }
  const field = acts.querySelector("input[name=place]:not([type=hidden])");
  if (field && field !== document.activeElement && field.value === field.defaultValue) field.value = number;
  if (field) field.defaultValue = number;
  const up = acts.querySelector("input[name=place][type=hidden]");
  if (up) [up.value, up.form.hidden] = [number - 1, number < 2];
}

/** Rows move around the one that has the focus: to move that one would take the focus away. */
function reorder(list) {
  const by = list.dataset.follows;
  const rows = [...list.children];
  const wanted = [...rows].sort((a, b) => a.dataset[by] - b.dataset[by]);
  if (rows.every((row, index) => row === wanted[index])) return;
  const held = wanted.find((row) => row.contains(document.activeElement));
  if (!held) return list.append(...wanted);
  const at = wanted.indexOf(held);
  held.before(...wanted.slice(0, at));
  held.after(...wanted.slice(at + 1));
}

/** Minutes and attendance follow the meeting until somebody changes them. */
function offer(progress) {
  for (const fresh of progress.querySelectorAll("[data-offers]")) {
    const name = fresh.dataset.offers;
    const field = document.querySelector(`#note [name="${name}"]`);
    const untouched = field && field.value === offered.get(name);
    if (untouched && field === document.activeElement) fresh.value = field.value;
    else if (untouched) field.value = fresh.value;
    offered.set(name, fresh.value);
  }
}

/** Previous and next lead to whom they lead to now. */
function turn(progress) {
  for (const told of progress.querySelectorAll("[data-turns]")) {
    const link = document.querySelector(`[data-turn="${told.dataset.turns}"]`);
    if (!link) continue;
    const href = told.getAttribute("href");
    link.hidden = !href;
    if (href && link.getAttribute("href") !== href) link.setAttribute("href", href);
  }
}

document.addEventListener("htmx:afterSettle", () => {
  const progress = document.getElementById("progress");
  if (!progress) return;
  takeOver(progress);
  offer(progress);
  turn(progress);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.closest?.("#progress")) event.preventDefault();
});
for (const told of document.querySelectorAll("#progress [data-offers]")) offered.set(told.dataset.offers, told.value);
