/*
 * The week: a card is dragged to another day. It presses the card's own "Move" button, so that the server decides and a
 * colleague's change is told; without this file, and without a mouse, the menu on the card does the same.
 */
"use strict";

let dragged = null;

const formOf = (card) => card?.querySelector("form[data-move]");
const dayOf = (event) => event.target.closest?.("[data-day]");

/** Whether the card's menu has that day. */
function offers(card, day) {
  const menu = formOf(card)?.elements.day;
  return Boolean(menu) && [...menu.options].some((option) => option.value === day);
}

function mark(day) {
  for (const one of document.querySelectorAll("[data-day]")) one.toggleAttribute("data-over", one === day);
}

for (const card of document.querySelectorAll(".todo")) card.draggable = Boolean(formOf(card));

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".todo") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
});

document.addEventListener("dragover", (event) => {
  const day = dayOf(event);
  if (!dragged || !day || !offers(dragged, day.dataset.day)) return;
  event.preventDefault();
  mark(day);
});

document.addEventListener("drop", (event) => {
  const day = dayOf(event);
  if (!dragged || !day || !offers(dragged, day.dataset.day)) return;
  event.preventDefault();
  const form = formOf(dragged);
  form.elements.day.value = day.dataset.day;
  form.requestSubmit();
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
