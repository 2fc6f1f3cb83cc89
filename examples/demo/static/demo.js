// The mailbox looks whether something new has come, and shows it. All else works without this.
"use strict";

const shown = document.querySelector("[data-letters]");

async function look() {
  try {
    const answer = await fetch("/mailbox/count");
    const count = await answer.json();
    if (String(count) !== shown.dataset.letters && !document.querySelector("details[open]")) {
      location.reload();
    }
  } catch {
    // The demonstration has ended; the page stays as it is.
  }
}

if (shown) setInterval(look, 2000);
