// The editor and the chooser of topics make boxes and buttons of their own. The boxes get the
// names that the fields' labels have; buttons that only look closed are said to be closed.
"use strict";
{
  const boxes = ".field-body [role=textbox], .field-topics .select2-search__field";
  const describe = () => {
    for (const box of document.querySelectorAll(boxes)) {
      const label = box.closest(".form-row").querySelector("label");
      if (label && !box.hasAttribute("aria-label")) {
        box.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
      }
    }
    for (const button of document.querySelectorAll(".prose-menubar__button")) {
      button.setAttribute("aria-disabled", button.classList.contains("disabled"));
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    describe();
    new MutationObserver(describe).observe(document.body, {
      attributeFilter: ["class"], childList: true, subtree: true,
    });
  });
}
