// The editor and the chooser of topics make boxes of their own beside the fields that the labels
// name; they get those names too.
"use strict";
{
  const boxes = ".field-body [role=textbox], .field-topics .select2-search__field";
  const name = () => {
    for (const box of document.querySelectorAll(boxes)) {
      const label = box.closest(".form-row").querySelector("label");
      if (label && !box.hasAttribute("aria-label")) {
        box.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
      }
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    name();
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  });
}
