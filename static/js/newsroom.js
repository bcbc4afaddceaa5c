// What a reader can do without script, done here without leaving the page. Every address and every
// word comes from the pages themselves.
"use strict";
{
  const EVERY = 30_000;
  const FORM = "form[data-comment]";
  const find = (selector, root = document) => root.querySelector(selector);
  const talk = () => find("#comments[data-code]");
  const read = async (response) =>
    new DOMParser().parseFromString(await response.text(), "text/html");
  const send = (form) =>
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });

  // The same form may stand twice on a page, below a comment and at its end.
  const named = (form, suffix) => {
    for (const name of ["id", "for", "aria-labelledby", "aria-describedby", "href"]) {
      for (const element of [form, ...form.querySelectorAll(`[${name}]`)]) {
        const value = element.getAttribute(name);
        if (value && (name !== "href" || value.startsWith("#"))) {
          element.setAttribute(name, value + suffix);
        }
      }
    }
    form.dataset.suffix = suffix;
    return form;
  };

  // Words that were typed outlive a reload of the tab.
  const place = (form) =>
    `comment ${form.action} ${form.elements.to?.value ?? ""} ${form.elements.as?.value ?? ""}`;
  const prepare = (form) => {
    const box = form.elements.body;
    if (box && !box.value) box.value = sessionStorage.getItem(place(form)) ?? "";
    const button = find("[data-at-once]", form);
    if (button) button.textContent = button.dataset.atOnce;
  };

  const complain = (form) => {
    find(".summary", form)?.remove();
    const summary = document.createElement("div");
    summary.className = "summary";
    summary.role = "alert";
    summary.tabIndex = -1;
    summary.append(Object.assign(document.createElement("p"), { textContent: form.dataset.offline }));
    form.prepend(summary);
    summary.focus();
  };

  const show = (form, page) => {
    const answer = find(".talk .new", page);
    if (answer) {
      form.replaceWith(form.dataset.suffix ? named(answer, form.dataset.suffix) : answer);
      document.querySelectorAll(FORM).forEach(prepare);
      find(".summary, textarea", answer)?.focus();
      return;
    }
    // A page of ours gives the words back; whatever else stands between us does not.
    const words = find("main textarea", page);
    if (!words) return complain(form);
    find("main").replaceWith(find("main", page));
    document.title = page.title;
    words.focus();
  };

  // So that the same words sent again after a lost answer are the same comment.
  const keepToken = (form, preview) => {
    for (const name of ["token", "csrfmiddlewaretoken"]) {
      const value = preview.elements[name].value;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  };

  const post = async (form) => {
    let response = await send(form);
    let page = await read(response);
    const preview = find(FORM, page);
    if (response.ok && !response.redirected && preview?.elements.token) {
      keepToken(form, preview);
      response = await send(preview);
      page = await read(response);
    }
    if (!response.ok || !response.redirected) return show(form, page);
    sessionStorage.removeItem(place(form));
    if (!talk()) return location.assign(response.url);
    if (new URL(response.url).pathname === location.pathname) {
      history.replaceState(null, "", response.url);
    }
    talk().replaceWith(find("#comments", page));
    document.querySelectorAll(FORM).forEach(prepare);
    const status = find("[role=status]", talk());
    status?.scrollIntoView({ block: "center" });
    status?.focus({ preventScroll: true });
    return follow();
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches(FORM) || event.submitter?.name === "again") return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    try {
      await post(form);
    } catch {
      complain(form);
    } finally {
      form.ariaBusy = "false";
    }
  });

  document.addEventListener("input", ({ target }) => {
    if (target.name === "body" && target.form?.matches(FORM)) {
      sessionStorage.setItem(place(target.form), target.value);
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-answered]");
    if (!link || !document.getElementById(link.dataset.answered)) return;
    event.preventDefault();
    location.hash = link.dataset.answered;
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-reply]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    try {
      const form = find(FORM, await read(await fetch(link.href)));
      find(`${FORM}[data-suffix]`)?.remove();
      link.closest("article").after(named(form, `-${form.elements.to.value}`));
      prepare(form);
      find("input:not([type=hidden], [tabindex]), textarea", form).focus();
    } catch {
      if (navigator.onLine) location.assign(link.href);
    }
  });

  // The number beside the headline, and the one above the discussion.
  const follow = async () => {
    if (!talk() || document.hidden) return;
    try {
      const response = await fetch(talk().dataset.count, { cache: "no-cache" });
      if (!response.ok) return;
      const now = await response.json();
      for (const count of document.querySelectorAll('[data-comment-count][href="#comments"]')) {
        count.dataset.commentCount = now.count;
        find("b", count).textContent = now.count;
      }
      if (talk().dataset.version !== String(now.version)) {
        const page = await read(await fetch(talk().dataset.address));
        find("#talk-h").replaceChildren(...find("#talk-h", page).childNodes);
      }
      talk().dataset.version = now.version;
    } catch {
      // Nothing is lost: the next turn asks again.
    }
  };

  // A link to a comment that stands on another page.
  const arrive = async () => {
    const seq = /^#c([1-9][0-9]{0,8})$/.exec(location.hash)?.[1];
    if (!seq || !talk() || document.getElementById(`c${seq}`)) return;
    const response = await fetch(`${talk().dataset.address}${seq}/`);
    if (response.ok) location.replace(`${response.url.split("#")[0]}#c${seq}`);
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(FORM).forEach(prepare);
    find("[autofocus]")?.focus();
    arrive();
    follow();
    setInterval(follow, EVERY);
  });
  addEventListener("hashchange", arrive);
  document.addEventListener("visibilitychange", follow);
}
