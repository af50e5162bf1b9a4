// Keeps back, forward and reload working while htmx swaps one page for the next.  Each
// entry of the browser's own history holds the form that made its page; nothing else is
// stored, and all of it goes when the tab is closed.  Without this file every form still works.
"use strict";
(function () {
  let here = null;
  let shown = location.pathname;

  const page = () => document.getElementById("page");
  const same = (one, other) => one && other && one.path === other.path && one.body === other.body;

  function shownPath(entry) {
    const path = page().dataset.path;
    return !path || path === "resting" ? entry.path : path;
  }

  function settle() {
    const trouble = document.getElementById("trouble");
    trouble.hidden = true;
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
    const mistakes = document.getElementById("mistakes");
    const first = mistakes || page().querySelector("h1");
    if (first) {
      first.setAttribute("tabindex", "-1");
      first.focus({ preventScroll: true });
    }
    window.scrollTo(0, 0);
  }

  function fillDraft(draft) {
    const form = page().querySelector("form[data-draft]");
    if (!form || !draft) return;
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || field.tagName === "BUTTON") continue;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = draft[field.name] === field.value;
      } else if (field.name in draft) {
        field.value = draft[field.name];
      }
    }
  }

  function restore(entry) {
    here = entry;
    shown = location.pathname;
    const values = Object.fromEntries(new URLSearchParams(entry.body));
    window.htmx.ajax("POST", entry.path, {
      source: "#restorer", target: "#page", select: "#page", swap: "outerHTML",
      values, restored: entry,
    });
  }

  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.response.status < 400 || (ctx.select === "#page" && ctx.text.includes('id="page"'))) return;
    event.preventDefault();
    complain("refused");
  });

  document.addEventListener("htmx:error", () => complain("unreachable"));

  function complain(why) {
    const trouble = document.getElementById("trouble");
    trouble.textContent = trouble.dataset[why];
    trouble.hidden = false;
    trouble.scrollIntoView({ block: "center" });
  }

  document.addEventListener("htmx:after:swap", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.restored) {
      fillDraft(ctx.restored.draft);
      settle();
      return;
    }
    if (ctx.swap === "innerHTML") return;
    here = { path: ctx.request.action, body: String(ctx.request.body || "") };
    shown = shownPath(here);
    history.pushState(here, "", shown);
    settle();
  });

  window.addEventListener("popstate", (event) => {
    if (event.state && event.state.path) {
      if (!same(event.state, here)) restore(event.state);
    } else if (location.pathname === shown) {
      // A link within the page made this entry: it belongs to the page that is shown.
      if (here) history.replaceState(here, "");
    } else {
      location.reload();
    }
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (!form) return;
    const draft = {};
    for (const [name, value] of new FormData(form)) draft[name] = value;
    here = Object.assign({}, here, { draft });
    history.replaceState(here, "");
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
    const state = history.state;
    const again = page().querySelector("form[data-again]");
    if (again && !(state && state.path)) {
      // The address that made this page works once.  The page's own fields make it again.
      here = { path: again.dataset.again, body: String(new URLSearchParams(new FormData(again))) };
      history.replaceState(here, "", here.path);
      shown = location.pathname;
    } else if (state && state.path && page().dataset.path === "resting") {
      // htmx begins in the same event; it is ready in the next turn.
      window.setTimeout(() => restore(state));
    } else if (state && state.draft) {
      here = { draft: state.draft };
      fillDraft(state.draft);
    }
  });
})();
