"use strict";
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const form = document.getElementById("filter");
  const found = document.getElementById("found");
  const fields = ["channel", "owner", "state", "change", "from", "to"].filter((name) => form.elements[name]);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const sheets = all(".sheet"), goings = all(".going");
  let anchor = "", language = document.documentElement.lang;

  function speak(wanted) {
    language = wanted === "en" ? "en" : "ja";
    document.documentElement.lang = language;
    for (const one of all("[data-w]")) one.textContent = words[one.dataset.w][language === "ja" ? 0 : 1];
    for (const one of all("[data-ja]")) one.textContent = one.dataset[language];
    for (const name of ["alt", "title", "aria-label"])
      for (const one of all(`[data-${name}-ja]`)) one.setAttribute(name, one.getAttribute(`data-${name}-${language}`));
    for (const one of all("[data-language]")) one.setAttribute("aria-pressed", String(one.dataset.language === language));
  }

  function fits(one, wanted) {
    const { channel, owner, states, days } = one.dataset;
    if (wanted.channel && channel !== wanted.channel) return false;
    if (wanted.owner && owner !== wanted.owner) return false;
    if (wanted.state && !states.split(" ").includes(wanted.state)) return false;
    if (wanted.change && !one.dataset.changes.split(" ").includes(wanted.change)) return false;
    if (!wanted.from && !wanted.to) return true;
    return days.split(" ").some((day) => day && (!wanted.from || day >= wanted.from) && (!wanted.to || day <= wanted.to));
  }

  function filter() {
    const wanted = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
    for (const one of [...sheets, ...goings]) one.hidden = !fits(one, wanted);
    for (const [outer, inner] of [[".message", ".sheet"], [".campaign", ".sheet"], [".slot", ".going"]])
      for (const one of all(outer)) one.hidden = !one.querySelector(`${inner}:not([hidden])`);
    const counted = (sheets.length ? sheets : goings).filter((one) => !one.hidden).length;
    found.textContent = words.found[language === "ja" ? 0 : 1].replace("{n}", counted.toLocaleString(language));
  }

  function state() {
    const kept = new URLSearchParams();
    if (language !== document.documentElement.dataset.first) kept.set("lang", language);
    for (const name of fields) if (form.elements[name].value) kept.set(name, form.elements[name].value);
    const text = kept.toString();
    return text ? `?${text}` : "";
  }

  function remember() {
    history.replaceState(null, "", `#${anchor}${state()}`);
  }

  function goTo(name) {
    const target = name && document.getElementById(name);
    if (!target) return;
    if (target.closest("[hidden]")) { form.reset(); filter(); remember(); }
    for (const one of all(".reached")) one.classList.remove("reached");
    target.classList.add("reached");
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  }

  function read() {
    const [name, text = ""] = location.hash.slice(1).split("?");
    const kept = new URLSearchParams(text);
    anchor = name;
    for (const field of fields) {
      form.elements[field].value = kept.get(field) ?? "";
      if (form.elements[field].selectedIndex === -1) form.elements[field].value = "";
    }
    speak(kept.get("lang") ?? document.documentElement.dataset.first);
    filter();
    goTo(name);
  }

  document.documentElement.dataset.first = language;
  form.hidden = false;
  for (const one of all(".languages")) one.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (button) { speak(button.dataset.language); filter(); remember(); return; }
    const link = event.target.closest("a[href]");
    const address = link && link.getAttribute("href");
    if (!address || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (address.startsWith("#")) {
      event.preventDefault();
      anchor = address.slice(1);
      history.pushState(null, "", `#${anchor}${state()}`);
      goTo(anchor);
    } else if (/^(index|messages-\d+)\.html/.test(address)) {
      event.preventDefault();
      location.href = `${address}${address.includes("#") ? "" : "#"}${state()}`;
    }
  });
  form.addEventListener("input", () => { filter(); remember(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { filter(); remember(); }));
  addEventListener("hashchange", read);
  addEventListener("popstate", read);
  read();
})();
