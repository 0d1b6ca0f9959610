// What every page does: close an open menu by Escape or a click beside it; show that a fragment could not be loaded.
(function () {
  function closeAll(but) {
    document.querySelectorAll("details.desk-drop[open]").forEach(function (each) { if (each !== but) each.open = false; });
  }
  document.addEventListener("click", function (event) { closeAll(event.target.closest("details.desk-drop")); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") closeAll(null); });
  // htmx leaves an error answer out; a refusal or a failed form is something to read, so it is put in like any other
  document.addEventListener("htmx:beforeSwap", function (event) {
    var status = event.detail.xhr.status;
    if (status === 403 || status === 409 || status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
})();
