/*
 * Page behaviour that hypermedia attributes cannot express: focus after a swap, announcements,
 * the account menu, and the end of the session. Everything works without it.
 */
"use strict";

const WARN_BEFORE = 120; // seconds

/* Focus ------------------------------------------------------------------ */

/** Move focus to what a reader should read first: an error summary or a conflict. */
function focusFirst(root) {
  root.querySelector("[data-focus]")?.focus();
}

/** After a swap: focus the heading of a new peek, else whatever asks for it; say what is announced. */
function afterSwap(event) {
  const target = document.getElementById(event.target.id) ?? event.target;
  if (target.id === "peek") target.querySelector("h2[tabindex]")?.focus();
  else focusFirst(target);
  showParts();
  announce(target);
}

/** Repeat data-announce in the live region, but only when the words change. */
function announce(root) {
  const words = (root.closest?.("[data-announce]") ?? root.querySelector?.("[data-announce]"))?.dataset.announce;
  const live = document.getElementById("live");
  if (words && live && live.textContent !== words) live.textContent = words;
}

/* Parts that depend on an answer -------------------------------------------- */

/** The values of a field by name: what is ticked, or the value of a select or text field. */
function valuesOf(form, name) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((field) => !/radio|checkbox/.test(field.type) || field.checked)
    .map((field) => field.value);
}

/** data-shows="kind" data-when="treatment message": shown while field `kind` has one of these values. */
function showParts() {
  for (const part of document.querySelectorAll("[data-shows]")) {
    const wanted = part.dataset.when.split(" ");
    const given = valuesOf(part.closest("form") ?? document, part.dataset.shows);
    part.hidden = !given.some((value) => wanted.includes(value));
  }
}

/** input[data-list-by="code"]: it offers the datalist of the value that field `code` has. */
function offerLists() {
  for (const field of document.querySelectorAll("[data-list-by]")) {
    field.setAttribute("list", `${field.id}-${valuesOf(field.form, field.dataset.listBy)[0]}`);
  }
}

/** details[data-opens="phq-item9 …"][data-when="1 2 3"]: an answer to one of these opens it; it never shuts by itself. */
function openParts(event) {
  for (const part of document.querySelectorAll(`details[data-opens~="${CSS.escape(event.target.name)}"]`)) {
    if (part.dataset.when.split(" ").includes(event.target.value)) part.open = true;
  }
}

/* The end of the session ------------------------------------------------------- */

const session = {
  limit: Number(document.body.dataset.idle) || 0,
  touchedAt: Date.now(),
  dialog: document.getElementById("idle"),
  channel: "BroadcastChannel" in window ? new BroadcastChannel("session") : null,

  /** The server has just answered: the time starts again, in every tab. */
  touch(tell = true) {
    this.touchedAt = Date.now();
    if (this.dialog?.open) this.dialog.close();
    if (tell) this.channel?.postMessage("touch");
  },

  left() {
    return this.limit - (Date.now() - this.touchedAt) / 1000;
  },

  async tick() {
    const left = this.left();
    if (left <= 0) return this.end();
    if (left > WARN_BEFORE) return;
    if (!this.dialog.open) this.dialog.showModal();
    const minutes = Math.ceil(left / 60);
    const words = left > 60 ? `${minutes} minutes` : "less than a minute";
    const slot = this.dialog.querySelector("[data-idle-left]");
    if (slot.textContent !== words) slot.textContent = words;
  },

  /** Keep what was typed, then sign out. */
  async end() {
    clearInterval(this.timer);
    await window.drafts?.saveAll();
    document.querySelector("form[data-sign-out]")?.submit();
  },

  async extend(form) {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (answer.ok && !answer.redirected) this.touch();
    else location.reload();
  },

  start() {
    if (!this.limit || !this.dialog) return;
    this.channel?.addEventListener("message", () => this.touch(false));
    this.channel?.postMessage("touch");
    this.timer = setInterval(() => this.tick(), 5000);
    this.dialog.querySelector("[data-extend]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.extend(event.target);
    });
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault(); // Esc is an answer too: I am here
      this.extend(this.dialog.querySelector("[data-extend]"));
    });
  },
};
window.session = session;

/* Wiring ------------------------------------------------------------------------- */

document.addEventListener("htmx:afterSettle", afterSwap);
document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.("[data-quiet]") || session.touch());
document.addEventListener("change", showParts);
document.addEventListener("change", offerLists);
document.addEventListener("change", openParts);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

showParts();
offerLists();
focusFirst(document);
session.start();
