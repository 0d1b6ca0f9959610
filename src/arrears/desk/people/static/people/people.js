// The dialog in which one value is shown in clear. Without this script the same is a page of its own.
"use strict";
(() => {
  const dialog = document.getElementById("reveal");
  if (!(dialog instanceof HTMLDialogElement)) return;
  // a form that was not filled in well comes back with 422, and one too many with 429: both are shown
  dialog.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 422 || event.detail.xhr.status === 429) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog) return;
    if (!dialog.open) dialog.showModal();
    // a screen reader goes where something new stands: the value, the first fault, else the first field
    dialog.querySelector(".people-clear, .has-error select, .has-error input, select")?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("close", () => dialog.replaceChildren()); // what was shown does not stay in the page
})();
