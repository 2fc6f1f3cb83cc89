// The mailbox looks whether something new has come, and lays it on top. All else works without this.
"use strict";

async function look() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const letter of [...page.querySelectorAll(".letter")].reverse()) {
    if (!document.getElementById(letter.id)) {
      document.getElementById(letter.parentElement.id).prepend(letter);
    }
  }
}

if (document.querySelector(".mailbox")) {
  setInterval(() => look().catch(() => {}), 2000); // the demonstration may have ended
}
