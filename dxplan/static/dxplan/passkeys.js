// Passkeys: a form with data-passkey asks the browser for a credential and sends it as JSON.
// Bytes travel as base64url, both ways.

function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withBytes(descriptors = []) {
  return descriptors.map((item) => ({ ...item, id: toBytes(item.id) }));
}

function creationOptions({ publicKey }, isPasswordless) {
  const selection = { ...publicKey.authenticatorSelection };
  selection.residentKey = isPasswordless ? "required" : "discouraged";
  selection.requireResidentKey = isPasswordless;
  if (isPasswordless) selection.userVerification = "required";
  return {
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: selection,
    },
  };
}

function requestOptions({ publicKey }) {
  return {
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      allowCredentials: withBytes(publicKey.allowCredentials),
    },
  };
}

// The credential with every buffer as text, as the server reads it.
function asJson(credential) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => credential.response[part]);
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(given.map((part) => [part, toText(credential.response[part])])),
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options;
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "get") return navigator.credentials.get(requestOptions(options));
  const isPasswordless = form.elements.passwordless.checked;
  return navigator.credentials.create(creationOptions(options, isPasswordless));
}

function show(form, problem) {
  const texts = [...form.querySelectorAll("[data-passkey-problem]")];
  const known = texts.some((text) => text.dataset.passkeyProblem === problem);
  for (const text of texts) text.hidden = text.dataset.passkeyProblem !== (known ? problem : "");
}

function hide(form) {
  for (const text of form.querySelectorAll("[data-passkey-problem]")) text.hidden = true;
}

async function send(event) {
  event.preventDefault();
  const form = event.target;
  hide(form);
  form.querySelector("[data-passkey-button]").disabled = true;
  try {
    form.elements.credential.value = asJson(await ask(form));
    form.submit();
  } catch (error) {
    show(form, error.name);
    form.querySelector("[data-passkey-button]").disabled = false;
  }
}

// A passkey belongs to a name, reached in a way that nobody can listen to.
function isPossible() {
  const isNumber = /^[\d.]+$|:/.test(location.hostname);
  return window.isSecureContext && "PublicKeyCredential" in window && !isNumber;
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!isPossible()) continue;
  form.closest("[data-passkey-part]")?.removeAttribute("hidden");
  form.querySelector("[data-passkey-missing]").hidden = true;
  form.querySelector("[data-passkey-button]").hidden = false;
  form.addEventListener("submit", send);
}
