// Comfort alone: every page does its work without this.
"use strict";

// What is wrong with a form is read first.
const summary = document.getElementById("summary");
if (summary) summary.focus();

// A second press while the first is under way does nothing. (Were it sent, nothing bad would
// happen either: the request carries a key.)
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
  });
}

// A page that comes back from the browser's memory can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  }
});

// In a frame, tell the page around how high this one is. A number tells nothing to anybody.
if (parent !== window) {
  document.documentElement.classList.add("framed");
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    parent.postMessage({ webtidbok: { height } }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
}
