/*
 * Forms: questionnaires that add up as answered, drafts that save themselves, and Ctrl+Enter.
 * The server adds up again and decides: this saves waiting.
 */
"use strict";

/* Questionnaires: [data-items] ---------------------------------------------------- */

/** What the answered items add up to, and how many there are. */
function tally(items) {
  const rows = [...items.querySelectorAll("tbody tr")];
  const given = rows
    .map((row) => row.querySelector("input:checked")?.value ?? "")
    .filter((value) => /^\d+$/.test(value))
    .map(Number);
  return { total: given.reduce((sum, value) => sum + value, 0), answered: given.length, of: rows.length };
}

function showTotal(items) {
  const { total, answered, of } = tally(items);
  const slot = items.querySelector("[data-items-total]");
  if (!slot) return;
  const soFar = answered < of ? ` so far (${answered} of ${of})` : "";
  slot.textContent = answered ? `Total ${total} of ${items.dataset.max}${soFar}` : "";
}

/** data-items-alert="phq-item9 …": stands while one of these is above 0 and the field of data-unless has no answer. */
function showAlerts() {
  for (const alert of document.querySelectorAll("[data-items-alert]")) {
    const given = (name) => alert.closest("form")?.querySelector(`[name="${CSS.escape(name)}"]:checked`)?.value;
    const isUp = alert.dataset.itemsAlert.split(" ").some((name) => Number(given(name)) > 0);
    const hidden = !isUp || Boolean(given(alert.dataset.unless ?? ""));
    if (hidden !== alert.hidden) proposeDay(alert, hidden);
    alert.hidden = hidden;
  }
}

/** The day that was proposed moves with the alert; one that was typed stays. */
function proposeDay({ dataset }, hidden) {
  const field = document.getElementById(dataset.due);
  const [before, after] = hidden ? [dataset.to, dataset.from] : [dataset.from, dataset.to];
  if (field && field.value === before) field.value = after;
}

/** A number key answers the item that has focus, and moves to the next one. */
function answerByKey(event) {
  const row = event.target.closest("[data-items] tbody tr");
  if (!row || !/^[0-9]$/.test(event.key)) return false;
  const choice = row.querySelector(`input[value="${event.key}"]`);
  if (!choice) return false;
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const next = row.nextElementSibling;
  (next?.querySelector("input:checked") ?? next?.querySelector("input") ?? choice).focus();
  return true;
}

/* Drafts: form[data-draft-url] ------------------------------------------------------ */

const drafts = {
  wait: 2000, // ms after the last change
  timers: new Map(),
  refused: new Set(), // forms whose draft was changed in another tab: the reader chooses first

  changed(form) {
    if (this.refused.has(form)) return;
    clearTimeout(this.timers.get(form));
    this.timers.set(form, setTimeout(() => this.save(form), this.wait));
  },

  async save(form) {
    clearTimeout(this.timers.get(form));
    this.timers.delete(form);
    try {
      const body = new FormData(form);
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, keepalive: true });
      if (answer.status === 409) return this.refuse(form, await answer.text());
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      this.say(form, `Draft saved ${clock()}`);
      window.session?.touch();
    } catch {
      this.say(form, "Draft not saved. Keep this page open and save the form.");
    }
  },

  /** Another tab was first: both texts are shown, and nothing is written over until the reader says so. */
  refuse(form, html) {
    this.refused.add(form);
    const slot = form.querySelector("[data-draft-conflict]");
    const sent = new DOMParser().parseFromString(html, "text/html");
    if (slot) slot.replaceChildren(...sent.body.childNodes);
    this.say(form, "Draft not saved: it was changed in another tab. Both texts stand above.");
  },

  /** The text of this page goes on, knowingly over the other one. */
  keep(button) {
    const form = button.closest("form");
    for (const [name, value] of Object.entries(button.dataset)) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    form.querySelector("[data-draft-conflict]").replaceChildren();
    this.refused.delete(form);
    return this.save(form);
  },

  say(form, words) {
    const slot = form.querySelector("[data-draft-status]");
    if (slot) slot.textContent = words;
  },

  /** Save every form that has a change waiting. */
  saveAll() {
    return Promise.all([...this.timers.keys()].map((form) => this.save(form)));
  },
};
window.drafts = drafts;

function clock() {
  return new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/* Wiring ---------------------------------------------------------------------------- */

function changed(event) {
  const items = event.target.closest("[data-items]");
  if (items) showTotal(items);
  showAlerts();
  const form = event.target.closest("form[data-draft-url]");
  if (form) drafts.changed(form);
}

document.addEventListener("input", changed);
document.addEventListener("change", changed);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draft-keep]");
  if (button) drafts.keep(button);
});
document.addEventListener("submit", (event) => {
  clearTimeout(drafts.timers.get(event.target));
  drafts.timers.delete(event.target);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") drafts.saveAll();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const own = event.target.closest("input, select, textarea");
  const form = own?.form ?? document.querySelector("form[data-primary]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

document.querySelectorAll("[data-items]").forEach(showTotal);
showAlerts();
