// Before the first paint: where nobody chose light or dark, take what the machine has.
(function () {
  var root = document.documentElement;
  if (root.hasAttribute("data-bs-theme")) return;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function set() { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  set();
  dark.addEventListener("change", set);
})();
