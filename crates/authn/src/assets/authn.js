// What the pages of the sign-in host do. Plain, and whole: what a browser runs here decides who is signed in, so it
// should be possible to read all of it.
"use strict";

const page = document.querySelector("main").dataset.page;
const query = new URLSearchParams(location.search);
const byId = (id) => document.getElementById(id);

const say = (text) => { byId("status").textContent = text; };
const complain = (text) => { byId("problem").textContent = text; };

/** A refusal by the server: its words are meant for people. */
class Refused extends Error {
  constructor(problem, status) {
    super(problem.detail || `The server answered ${status}. Try again.`);
    this.code = problem.code || "";
  }
}

/** Post JSON; gives the answer, or throws a Refused. */
async function post(path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
    });
  } catch {
    throw new Error("The server cannot be reached. Check your connection, then try again.");
  }
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(json, answer.status);
  return json;
}

// --- base64url, for browsers that do not translate passkeys from and to JSON themselves ---------------------------

function bytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (c) => c.charCodeAt(0));
}

function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join("");
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const withBytes = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

function creationOptions(json) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(json);
  return {
    ...json,
    challenge: bytes(json.challenge),
    user: { ...json.user, id: bytes(json.user.id) },
    excludeCredentials: withBytes(json.excludeCredentials),
  };
}

function requestOptions(json) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(json);
  return { ...json, challenge: bytes(json.challenge), allowCredentials: withBytes(json.allowCredentials) };
}

/** What the authenticator answered: just the parts that the server judges. */
function answerOf(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

// --- the dialogues -----------------------------------------------------------------------------------------------

/** Only one dialogue may be open in a page: the suggestion in the field gives way to a button that was pressed. */
let waiting = null;
/** When the suggestion asks for a new challenge. */
let renewal = 0;

function signal() {
  clearTimeout(renewal);
  if (waiting) waiting.abort();
  waiting = new AbortController();
  return waiting.signal;
}

function wordsFor(error) {
  if (error instanceof Refused) return error.message;
  switch (error.name) {
    case "NotAllowedError":
      return "The dialogue was closed, took too long, or found no passkey for this site. Try again.";
    case "InvalidStateError":
      return "You have a passkey on that authenticator already. Sign in with it, or use another authenticator.";
    case "SecurityError":
      return `Passkeys do not work at ${location.origin}. Open this page at the address that you were given.`;
    case "NotSupportedError":
    case "ConstraintError":
      return "This authenticator cannot make passkeys with a PIN, fingerprint or face. Use another one.";
    default:
      return error.message || "Something went wrong. Try again.";
  }
}

/** Do `work` for `button`: one at a time, and saying what is waited for. */
async function busy(button, words, work) {
  complain("");
  say(words);
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    if (error.name === "AbortError") return;
    if (error.code === "proof-too-old") {
      location.assign("/step-up");
      return;
    }
    if (error.code === "not-signed-in") {
      location.assign("/sign-in");
      return;
    }
    complain(wordsFor(error));
  } finally {
    say("");
    button.disabled = false;
  }
}

function supported() {
  if (window.PublicKeyCredential && navigator.credentials) return true;
  complain(
    window.isSecureContext
      ? "This browser does not know passkeys. Use a current version of Chrome, Edge, Firefox or Safari."
      : "Browsers offer passkeys over https only. Open this page with https.",
  );
  for (const button of document.querySelectorAll("button")) button.disabled = true;
  return false;
}

const target = () => ({
  host: query.get("host"),
  return: query.get("return"),
  state: query.get("state"),
});

async function sign(path, mediation) {
  const abort = signal();
  const begun = await post(`${path}/start`, {});
  const credential = await navigator.credentials.get({
    publicKey: requestOptions(begun.publicKey),
    signal: abort,
    ...(mediation ? { mediation } : {}),
  });
  say("Checking the passkey.");
  return post(`${path}/finish`, { ceremony: begun.ceremony, credential: answerOf(credential), target: target() });
}

async function make(path, extra, name) {
  const abort = signal();
  const begun = await post(`${path}/start`, extra);
  const credential = await navigator.credentials.create({ publicKey: creationOptions(begun.publicKey), signal: abort });
  say("Registering the passkey.");
  return post(`${path}/finish`, { ceremony: begun.ceremony, credential: answerOf(credential), name });
}

// --- the pages ---------------------------------------------------------------------------------------------------

/** Offer the passkey in the field's suggestions, as long as the page is looked at. */
async function suggest() {
  const field = byId("passkey").closest("p");
  const able = PublicKeyCredential.isConditionalMediationAvailable;
  if (!able || !(await able.call(PublicKeyCredential))) {
    field.hidden = true;
    return;
  }
  // A challenge lives for five minutes; a page that stays open asks for a new one in time.
  const offer = sign("/sign-in", "conditional");
  renewal = setTimeout(suggest, 4 * 60 * 1000);
  try {
    location.assign((await offer).location);
  } catch (error) {
    // Nobody asked for the suggestion, so that it is not to be had is not worth a word; a passkey that was picked and
    // refused is.
    if (error instanceof Refused) complain(error.message);
  }
}

const pages = {
  "sign-in"() {
    if (!supported()) return;
    const button = byId("sign-in");
    button.addEventListener("click", () =>
      busy(button, "Waiting for your passkey.", async () => location.assign((await sign("/sign-in")).location)));
    suggest();
  },

  "step-up"() {
    if (!supported()) return;
    const button = byId("confirm");
    button.addEventListener("click", () =>
      busy(button, "Waiting for your passkey.", async () => location.assign((await sign("/step-up")).location)));
  },

  async enrol() {
    const invitation = location.hash.slice(1);
    if (!invitation) {
      complain("This link is not whole: open it just as you received it, with everything after the # sign.");
      return;
    }
    if (!supported()) return;
    say("Looking at your invitation.");
    try {
      const invitee = await post("/enrol/look", { invitation });
      byId("invitee-name").textContent = invitee.name;
      byId("invitee-email").textContent = invitee.email;
      byId("recovery").hidden = !invitee.recovery;
      // A recovery registers a passkey, nothing else.
      for (const other of document.querySelectorAll(".with-provider")) other.hidden = invitee.recovery;
      byId("invited").hidden = false;
      byId("passkey-name").value = deviceName();
      byId("register").focus();
    } catch (error) {
      complain(wordsFor(error));
      return;
    } finally {
      say("");
    }
    for (const other of document.querySelectorAll("[data-provider]")) {
      other.addEventListener("click", () =>
        busy(other, "Going to your provider.", async () => {
          const { location: at } = await post("/enrol/provider", { invitation, provider: other.dataset.provider });
          history.replaceState(null, "", location.pathname);
          location.assign(at);
        }));
    }
    const button = byId("register");
    byId("enrol").addEventListener("submit", (event) => {
      event.preventDefault();
      busy(button, "Waiting for your new passkey.", async () => {
        const done = await make("/enrol", { invitation }, byId("passkey-name").value);
        // The secret is used up; it need not stay in the history.
        history.replaceState(null, "", location.pathname);
        location.assign(done.location);
      });
    });
  },

  home() {
    const out = byId("sign-out");
    out.addEventListener("click", () =>
      busy(out, "Signing out.", async () => location.assign((await post("/sign-out", {})).location)));
    for (const button of document.querySelectorAll("[data-remove]")) {
      button.addEventListener("click", () =>
        busy(button, "Removing the passkey.", async () => {
          await post("/passkeys/remove", { passkey: button.dataset.remove });
          location.reload();
        }));
    }
    for (const button of document.querySelectorAll("[data-withdraw]")) {
      button.addEventListener("click", () =>
        busy(button, "Withdrawing the link.", async () => {
          await post("/invitations/withdraw", { invitation: button.dataset.withdraw });
          location.reload();
        }));
    }
    for (const button of document.querySelectorAll("[data-seen]")) {
      button.addEventListener("click", () =>
        busy(button, "Noting it.", async () => {
          await post("/notices/seen", { up_to: Number(button.dataset.seen) });
          location.reload();
        }));
    }
    for (const button of document.querySelectorAll("[data-end]")) {
      button.addEventListener("click", () =>
        busy(button, "Ending the session.", async () => {
          await post("/sessions/end", { session: button.dataset.end });
          location.reload();
        }));
    }
    const add = byId("register");
    byId("passkey-name").value = deviceName();
    byId("add").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!supported()) return;
      busy(add, "Waiting for your new passkey.", async () => {
        await make("/passkeys", {}, byId("passkey-name").value);
        location.reload();
      });
    });
  },

  message() {},
};

/** A name to begin with, that its owner may change. */
function deviceName() {
  const agent = navigator.userAgent;
  const kinds = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]];
  const found = kinds.find(([mark]) => agent.includes(mark));
  return found ? found[1] : "Passkey";
}

pages[page]();
