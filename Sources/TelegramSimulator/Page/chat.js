"use strict";
// Everything that people or agents wrote enters the page as text nodes only; no markup is ever parsed.
const $ = id => document.getElementById(id);
const state = { people: [], bots: [], chats: new Map(), messages: new Map(), commands: {}, samples: [] };
const seen = new Map();      // "person|chat" → newest message id that was looked at
const typing = new Map();    // chat → { name, until }
const presses = new Map();   // callback id → button
const drafts = new Map();    // "person|chat" → unsent text
const answers = new Map();   // callback id → answer that came before its press was acknowledged
let me = null, current = null, topic = null, replyTo = null, quoting = null, picked = null, editing = null, payload = null, choice = -1, nodes = new Map();
const REACTIONS = ["👍", "👎", "❤", "🔥", "🎉", "👀", "👌", "🤔", "💯", "⚡", "✍", "🙏"];

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}
const color = number => Math.abs(Number(number)) % 7;
const initials = name => (name.match(/[\p{L}\p{N}]/gu) || ["?"]).slice(0, 1).join("").toUpperCase();
const clock = seconds => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const dayOf = seconds => new Date(seconds * 1000).toLocaleDateString([], { day: "numeric", month: "long" });
const list = key => state.messages.get(key) || [];
const find = (key, id) => list(key).find(message => message.id === id);
const title = chat => chat.title || "Chat";
const mine = message => message.sender === me;
const isBot = id => state.bots.some(bot => bot.id === id);

function act(action, body) {
  return fetch("/sim/" + action, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ person: me, chat: current, ...body }),
  }).then(async response => {
    const value = await response.json();
    if (!response.ok) { toast("Not possible: " + value.detail); throw new Error(value.detail); }
    return value;
  });
}

// ——— live feed ———
function connect() {
  const feed = new EventSource("/sim/events");
  feed.onopen = () => { $("link").textContent = "connected"; $("link").className = ""; document.body.dataset.connected = "true"; };
  feed.onerror = () => {
    $("link").textContent = "reconnecting…"; $("link").className = "lost"; document.body.dataset.connected = "false";
    if (feed.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  };
  feed.onmessage = event => receive(JSON.parse(event.data));
}
function receive(event) {
  switch (event.type) {
  case "state": load(event.state); break;
  case "chat": {
    state.chats.set(event.chat.key, event.chat);
    if (!state.messages.has(event.chat.key)) state.messages.set(event.chat.key, []);
    drawChats();
    if (event.chat.key === current) { drawHead(); drawTopics(); drawDraft(); }
    break;
  }
  case "message": put(event.chat, event.message); break;
  case "deleted": {
    state.messages.set(event.chat, list(event.chat).filter(message => message.id !== event.message));
    if (event.chat === current) { nodes.get(event.message)?.remove(); nodes.delete(event.message); }
    if (replyTo === event.message && event.chat === current) setReply(null);
    drawChats();
    break;
  }
  case "typing": {
    typing.set(event.chat, { name: event.name, until: Date.now() + 5000 });
    drawHead(); setTimeout(drawHead, 5100);
    break;
  }
  case "answer": answered(event); break;
  case "commands": state.commands = event.commands; suggest(); break;
  }
}
function load(loaded) {
  state.people = loaded.people; state.bots = loaded.bots; state.commands = loaded.commands; state.samples = loaded.samples ?? [];
  state.chats = new Map(loaded.chats.map(chat => [chat.key, chat]));
  state.messages = new Map(Object.entries(loaded.messages));
  for (const [key, messages] of state.messages)
    for (const person of state.people) {
      const mark = person.id + "|" + key;
      if (!seen.has(mark)) seen.set(mark, messages.length ? messages[messages.length - 1].id : 0);
    }
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (!state.people.some(person => person.id === me)) {
    const asked = Number(wanted.get("person"));
    me = state.people.some(person => person.id === asked) ? asked : state.people[0]?.id ?? null;
  }
  if (!current || !state.chats.has(current)) current = state.chats.has(wanted.get("chat")) ? wanted.get("chat") : null;
  if (current && !visible(state.chats.get(current))) current = null;
  if (!current && innerWidth > 720) current = visibleChats()[0]?.key ?? null;
  drawPeople(); open(current);
}
function put(key, message) {
  const messages = list(key), index = messages.findIndex(known => known.id === message.id), fresh = index < 0;
  if (fresh) messages.push(message); else messages[index] = message;
  state.messages.set(key, messages);
  typing.delete(key);
  if (key === current) {
    const follow = atEnd();
    if (shown(message)) draw(message, fresh);
    if (fresh) { drawDraft(); applyPrompt(message); markSeen(); }
    if (follow || (fresh && mine(message))) toEnd(); else if (fresh) $("down").hidden = false;
    drawHead(); drawComposer();
  }
  drawChats();
}

// ——— people and chats ———
const visible = chat => chat && (chat.kind === "private" ? chat.person === me : chat.members.includes(me));
const newest = chat => list(chat.key).at(-1);
const visibleChats = () => [...state.chats.values()].filter(chat => visible(chat) && !chat.closed)
  .sort((a, b) => (newest(b)?.date ?? 0) - (newest(a)?.date ?? 0) || title(a).localeCompare(title(b)));

function drawPeople() {
  $("who").replaceChildren(...state.people.map(person => el("button", {
    type: "button", role: "radio", "aria-checked": String(person.id === me), "data-person": person.id,
    tabindex: person.id === me ? "0" : "-1", onclick: () => become(person.id), onkeydown: event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const all = state.people, next = all[(all.findIndex(other => other.id === me) + step + all.length) % all.length];
      become(next.id); $("who").querySelector('[aria-checked="true"]').focus();
    },
  }, person.name)));
}
function become(person) {
  if (person === me) return;
  const old = state.chats.get(current);
  keepDraft();
  me = person;
  let next = current;
  current = null;
  // The same bot's chat, as the other person.
  if (old?.kind === "private") next = [...state.chats.values()].find(chat => chat.bot === old.bot && chat.person === person)?.key ?? null;
  else if (!visible(old)) next = null;
  drawPeople(); open(next, true);
}
function preview(message) {
  if (!message) return "";
  if (message.service) return message.service;
  const who = mine(message) ? "You: " : "";
  return who + (message.file ? (message.file.kind === "photo" ? "🖼 " : "📎 ") + (message.text || message.file.name) : message.text);
}
function drawChats() {
  const focused = document.activeElement?.dataset?.chat;
  $("chats").replaceChildren(...visibleChats().map(chat => {
    const last = newest(chat), after = seen.get(me + "|" + chat.key) ?? 0;
    const unread = chat.key === current ? [] : list(chat.key).filter(message => message.id > after && !mine(message));
    const loud = unread.some(message => !message.silent);
    return el("button", { type: "button", class: "chat", "data-chat": chat.key, "aria-current": String(chat.key === current),
      "aria-label": title(chat) + (unread.length ? `, ${unread.length} new` : ""), onclick: () => open(chat.key, true) },
      el("span", { class: "face c" + color(chat.bot ?? chat.key.slice(2)), "aria-hidden": "true" }, initials(title(chat))),
      el("span", { class: "name" }, title(chat)), el("span", { class: "dim" }, last ? clock(last.date) : ""),
      el("span", { class: "last dim" }, last ? preview(last).replace(/\s+/g, " ").slice(0, 90) : "tap to begin"),
      unread.length ? el("span", { class: "unread" + (loud ? "" : " silent") }, String(unread.length)) : el("span"));
  }));
  if (focused) $("chats").querySelector(`[data-chat="${CSS.escape(focused)}"]`)?.focus();
}
function keepDraft() { if (current && !editing) drafts.set(me + "|" + current, $("text").value); }
function open(key, byHand = false) {
  if (byHand) keepDraft();
  const changed = byHand || !nodes.size;
  current = key;
  if (byHand) { topic = null; }
  history.replaceState(null, "", "#" + new URLSearchParams({ ...(me ? { person: me } : {}), ...(key ? { chat: key } : {}) }));
  $("app").classList.toggle("open", Boolean(key));
  if (changed) { setReply(null); editing = null; $("text").value = drafts.get(me + "|" + key) ?? ""; grow(); }
  redraw(); grow(); suggest();
  if (byHand && key && innerWidth > 720) $("text").focus();
}
function redraw() {
  nodes = new Map();
  $("log").replaceChildren();
  const messages = list(current).filter(shown);
  messages.forEach(message => draw(message, false));
  if (current && !messages.length) $("log").append(el("div", { class: "empty" }, "No messages here yet"));
  resetKeyboard();
  const last = [...messages].reverse().find(message => message.prompt);
  if (last) applyPrompt(last, messages.at(-1) === last);
  drawHead(); drawTopics(); drawDraft(); drawComposer(); markSeen(); drawChats(); toEnd();
}
function markSeen() { if (current) { const last = list(current).at(-1); if (last) seen.set(me + "|" + current, last.id); } }

function drawHead() {
  const chat = state.chats.get(current);
  $("title").textContent = chat ? title(chat) : "Choose a chat";
  $("face").textContent = chat ? initials(title(chat)) : "";
  $("face").className = "face" + (chat ? " c" + color(chat.bot ?? chat.key.slice(2)) : "");
  $("face").hidden = !chat;
  document.title = chat ? title(chat) + " – Telegram simulator" : "Telegram simulator";
  const busy = typing.get(current), active = busy && busy.until > Date.now();
  $("subtitle").classList.toggle("busy", Boolean(active));
  $("subtitle").textContent = !chat ? "" : active ? busy.name + " is typing…" : chat.kind === "private" ? "bot"
    : `${chat.members.length} members: ` + chat.members.map(id => [...state.people, ...state.bots].find(one => one.id === id)?.name).filter(Boolean).join(", ");
  $("block").hidden = !(chat && chat.kind === "private" && list(current).length);
  $("block").textContent = chat?.blocked ? "Unblock" : "Block";
}
function drawTopics() {
  const chat = state.chats.get(current), bar = $("topics");
  bar.hidden = !(chat && (chat.isForum || chat.topics.length));
  if (bar.hidden) return bar.replaceChildren();
  if (topic !== null && topic !== 0 && !chat.topics.some(one => one.id === topic)) topic = null;
  const tab = (id, name) => el("button", { type: "button", "aria-pressed": String(topic === id), onclick: () => { topic = id; redraw(); } }, name);
  bar.replaceChildren(tab(null, "All"), tab(0, "General"), ...chat.topics.map(one => tab(one.id, (one.closed ? "🔒 " : "# ") + one.name)));
}
const shown = message => topic === null || (topic === 0 ? !message.thread : message.thread === topic);

// ——— messages ———
function draw(message, fresh) {
  const old = nodes.get(message.id), before = list(current).filter(shown);
  const previous = before[before.findIndex(one => one.id === message.id) - 1];
  $("log").querySelector(".empty")?.remove();
  const parts = [];
  if (!previous || dayOf(previous.date) !== dayOf(message.date)) parts.push(el("div", { class: "day" }, dayOf(message.date)));
  const body = message.service ? el("div", { class: "service", "data-message": message.id }, message.service) : bubble(message, previous, fresh);
  const node = parts.length ? el("div", { style: undefined, class: "group" }, ...parts, body) : body;
  if (parts.length) node.classList.add("wrap");
  if (old) old.replaceWith(node); else $("log").append(node);
  nodes.set(message.id, node);
}
function bubble(message, previous, fresh) {
  const chat = state.chats.get(current), own = mine(message);
  const joined = previous && !previous.service && previous.sender === message.sender && message.date - previous.date < 300;
  const box = el("div", { class: "bubble" });
  if (!own && !joined && chat.kind !== "private") box.append(el("div", { class: "sender n" + color(message.sender) }, message.name,
    message.bot ? el("span", { class: "tag" }, "bot") : null));
  if (chat.isForum && topic === null && message.thread) {
    const name = chat.topics.find(one => one.id === message.thread)?.name;
    if (name) box.append(el("div", { class: "dim" }, "# " + name));
  }
  if (message.reply) {
    const target = find(current, message.reply);
    box.append(el("button", { type: "button", class: "quoted", "aria-label": "Replied-to message", onclick: () => flash(message.reply) },
      el("strong", {}, target?.name ?? "Deleted message"), el("span", {}, message.quote ? "“" + message.quote + "”" : target ? preview({ ...target, sender: null }) : "")));
  }
  if (message.file) box.append(attachment(message.file));
  const meta = el("span", { class: "meta" }, (message.bot ? (message.silent ? "🔕 " : "🔔 ") : "") + (message.edited ? "edited " : "") + clock(message.date));
  meta.title = message.bot ? (message.silent ? "sent without sound" : "sent with sound") : "";
  const text = el("div", { class: "body" });
  text.append(rich(message.text, message.entities), meta);
  box.append(text);
  if (message.reactions) {
    const counts = new Map();
    for (const reaction of message.reactions) counts.set(reaction.emoji, [...(counts.get(reaction.emoji) ?? []), reaction]);
    box.append(el("div", { class: "reactions" }, ...[...counts].map(([emoji, by]) => {
      const pressed = by.some(one => one.by === me);
      return el("button", { type: "button", "aria-pressed": String(pressed), "aria-label": `${emoji} by ${by.map(one => one.name).join(", ")}`,
        title: by.map(one => one.name).join(", "), onclick: () => act("react", { message: message.id, emoji: pressed ? undefined : emoji }) },
        emoji + (by.length > 1 ? " " + by.length : ""));
    })));
  }
  box.append(el("button", { type: "button", class: "more", "aria-label": "Actions for this message", onclick: () => menu(message) }, "⋯"));
  const node = el("div", { class: "message" + (own ? " own" : "") + (joined ? " joined" : "") + (fresh ? " fresh" : ""),
    "data-message": message.id, role: "article", "aria-label": `${own ? "You" : message.name}, ${clock(message.date)}` }, box);
  if (message.keyboard) node.append(keyboard(message));
  box.addEventListener("contextmenu", event => { if (!getSelection().toString()) { event.preventDefault(); menu(message); } });
  box.addEventListener("dblclick", event => { if (event.target === box || event.target === text) { getSelection().removeAllRanges(); setReply(message.id); } });
  return node;
}
function keyboard(message) {
  return el("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, ...message.keyboard.map(row => el("div", { class: "row" }, ...row.map(button => {
    const style = ["danger", "success", "primary"].includes(button.style) ? button.style : "";
    if (button.url && safe(button.url)) return link(button.url, button.text + " ↗", style);
    return el("button", { type: "button", class: style, "data-button": button.text, onclick: event => press(message, button, event.currentTarget) }, button.text);
  }))));
}
async function press(message, button, node) {
  if (button.copy !== undefined) { await navigator.clipboard?.writeText(button.copy).catch(() => {}); return toast("Copied"); }
  if (button.data === undefined) return toast("This button does nothing here");
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  setTimeout(() => node.removeAttribute("aria-busy"), 30000);
  try {
    const { callback } = await act("press", { message: message.id, data: button.data });
    presses.set(callback, node);
    if (answers.has(callback)) answered(answers.get(callback));
  } catch { node.removeAttribute("aria-busy"); }
}
function answered(event) {
  if (!presses.has(event.callback)) { answers.set(event.callback, event); if (answers.size > 200) answers.clear(); return; }
  presses.get(event.callback).removeAttribute("aria-busy");
  presses.delete(event.callback); answers.delete(event.callback);
  if (event.person !== me || !event.text) return;
  if (event.alert) { $("alerttext").textContent = event.text; $("alert").showModal(); } else toast(event.text);
}
function attachment(file) {
  const url = "/sim/files/" + file.id;
  if (file.kind === "photo") {
    const image = el("img", { src: url, alt: file.name, loading: "lazy", width: file.width || undefined, height: file.height || undefined });
    image.addEventListener("load", () => { if (nearEnd(file.height + 100)) toEnd(); });
    return el("a", { class: "photo", href: url, target: "_blank", rel: "noopener", "aria-label": "Picture " + file.name }, image);
  }
  const size = file.size < 1024 ? file.size + " B" : file.size < 1048576 ? (file.size / 1024).toFixed(1) + " KB" : (file.size / 1048576).toFixed(1) + " MB";
  return el("a", { class: "document", href: url, download: file.name, "aria-label": "Download " + file.name },
    el("span", { class: "disc", "aria-hidden": "true" }, "↓"), el("span", {}, el("span", { class: "fname" }, file.name), el("span", { class: "dim" }, size)));
}

// ——— formatted text ———
const safe = url => { try { return ["http:", "https:"].includes(new URL(url).protocol); } catch { return false; } };
function link(url, text, style) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: style || undefined, onclick: event => {
    // A link to one of our bots opens its chat.
    const parsed = new URL(url), bot = parsed.hostname === "t.me" && state.bots.find(one => one.username.toLowerCase() === parsed.pathname.slice(1).toLowerCase());
    if (!bot) return;
    event.preventDefault();
    const chat = [...state.chats.values()].find(one => one.bot === bot.id && one.person === me);
    payload = parsed.searchParams.get("start");
    if (chat) open(chat.key, true);
  } }, text);
}
function rich(text, entities, start = 0, end = text.length) {
  const fragment = document.createDocumentFragment();
  let position = start, index = 0;
  while (index < entities.length) {
    const entity = entities[index], from = Math.max(entity.offset, position), to = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (from >= to) continue;
    const inside = [];
    while (index < entities.length && entities[index].offset < to) inside.push(entities[index++]);
    fragment.append(text.slice(position, from), format(entity, text, inside, from, to));
    // What overlaps instead of nesting continues behind.
    const rest = inside.filter(one => one.offset + one.length > to);
    if (rest.length) entities = [...entities.slice(0, index), ...rest, ...entities.slice(index)];
    // A block ends its own line.
    position = fragment.lastChild?.matches?.("blockquote, pre") && text[to] === "\n" && to < end ? to + 1 : to;
  }
  fragment.append(text.slice(position, end));
  return fragment;
}
function format(entity, text, inside, from, to) {
  const content = text.slice(from, to), children = () => rich(text, inside, from, to);
  const wrap = (tag, attributes) => { const node = el(tag, attributes); node.append(children()); return node; };
  switch (entity.type) {
  case "bold": return wrap("strong");
  case "italic": return wrap("em");
  case "underline": return wrap("u");
  case "strikethrough": return wrap("s");
  case "code": return el("code", {}, content);
  case "pre": return el("pre", { "data-language": entity.language || undefined, tabindex: "0" }, content);
  case "blockquote": return wrap("blockquote");
  case "expandable_blockquote": {
    const node = wrap("blockquote", { class: content.split("\n").length > 3 || content.length > 220 ? "folded" : undefined, tabindex: "0", title: "Tap to unfold" });
    node.addEventListener("click", () => node.classList.remove("folded"));
    node.addEventListener("keydown", event => { if (event.key === "Enter") node.classList.remove("folded"); });
    return node;
  }
  case "spoiler": {
    const node = wrap("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text" });
    const reveal = () => { node.classList.add("open"); node.removeAttribute("aria-label"); };
    node.addEventListener("click", reveal);
    node.addEventListener("keydown", event => { if (event.key === "Enter") reveal(); });
    return node;
  }
  case "url": return safe(content) ? link(content, content) : document.createTextNode(content);
  case "text_link": {
    if (!safe(entity.url)) return wrap("span");
    const node = link(entity.url, "");
    node.title = entity.url; node.append(children());
    return node;
  }
  case "bot_command": return el("button", { type: "button", class: "command", onclick: () => send(content) }, content);
  case "mention": case "text_mention": return el("a", {}, content);
  default: return wrap("span");
  }
}

// ——— writing ———
function send(text, options = {}) {
  if (!text.trim() || !current) return Promise.resolve();
  const thread = topic || undefined;
  return act("send", { text, reply: options.reply ?? undefined, quote: options.quote ?? undefined, thread }).catch(() => {});
}
function submit() {
  const text = $("text").value;
  if (editing) {
    const id = editing; editing = null;
    if (text.trim()) act("edit", { message: id, text }).catch(() => {});
  } else send(text, { reply: replyTo, quote: quoting });
  $("text").value = ""; drafts.delete(me + "|" + current);
  setReply(null); grow(); suggest();
}
function setReply(id, quote = null) {
  replyTo = id; quoting = id ? quote : null;
  const message = id && find(current, id);
  $("replybar").hidden = !message && !editing;
  if (message) { $("replyname").textContent = "Reply to " + (mine(message) ? "yourself" : message.name); $("replytext").textContent = (quoting ? "“" + quoting + "”" : preview({ ...message, sender: null })).replace(/\s+/g, " "); $("text").focus(); }
  if (!message) $("text").placeholder = "Message";
}
function startEdit(message) {
  setReply(null); editing = message.id;
  $("replybar").hidden = false; $("replyname").textContent = "Edit message"; $("replytext").textContent = message.text;
  $("text").value = message.text; grow(); $("text").focus();
}
function cancelReply() { if (editing) { editing = null; $("text").value = ""; grow(); } setReply(null); $("text").focus(); }
function resetKeyboard() { $("keyboard").replaceChildren(); $("keyboard").hidden = true; $("keys").hidden = true; }
function applyPrompt(message, opens = true) {
  const prompt = message.prompt;
  if (!prompt || !message.bot || !shown(message)) return;
  if (prompt.placeholder && opens) $("text").placeholder = prompt.placeholder;
  if (prompt.reply && opens) { setReply(message.id); if (prompt.placeholder) $("text").placeholder = prompt.placeholder; }
  if (prompt.remove) resetKeyboard();
  if (prompt.rows) {
    $("keyboard").replaceChildren(...prompt.rows.map(row => el("div", { class: "row" }, ...row.map(label => el("button", { type: "button", onclick: () => {
      send(label); if (prompt.oneTime) showKeyboard(false);
    } }, label)))));
    $("keys").hidden = false; showKeyboard(opens);
  }
}
function showKeyboard(visible) { $("keyboard").hidden = !visible; $("keys").setAttribute("aria-expanded", String(visible)); }
function drawComposer() {
  const chat = state.chats.get(current);
  $("composer").hidden = !chat;
  const fresh = Boolean(chat && chat.kind === "private" && (!list(current).length || payload !== null));
  $("line").hidden = false;
  $("text").hidden = $("attach").hidden = $("send").hidden = fresh;
  $("samples").hidden = fresh || !state.samples.length;
  $("samples").replaceChildren(...state.samples.map((sample, number) => el("button", { type: "button", title: sample.name,
    onclick: () => act("sample", { number, thread: topic || undefined }).catch(() => {}) }, "📎 " + sample.label)));
  $("start")?.remove();
  if (fresh) $("line").append(el("button", { id: "start", type: "button", class: "startbutton", onclick: () => {
    const text = payload ? "/start " + payload : "/start"; payload = null; send(text);
  } }, "START"));
}
function drawDraft() {
  $("log").querySelector(".draft")?.remove();
  const draft = state.chats.get(current)?.draft;
  if (!draft) return;
  const follow = atEnd(), body = el("div", { class: "body" });
  body.append(draft.text ? rich(draft.text, draft.entities) : "Thinking…");
  const node = el("div", { class: "message draft", "aria-label": "Draft of " + draft.name }, el("div", { class: "bubble" }, body));
  $("log").append(node);
  setTimeout(() => node.remove(), draft.seconds * 1000);
  if (follow) toEnd();
}
function grow() { const text = $("text"); text.style.height = "auto"; if (text.scrollHeight) text.style.height = Math.min(text.scrollHeight, 160) + "px"; }
function suggest() {
  const value = $("text").value, box = $("suggestions");
  const all = /^\/[a-z0-9_]*$/i.test(value) && !editing ? state.commands[current + "/" + me] ?? [] : [];
  const fitting = all.filter(one => one.command.startsWith(value.slice(1).toLowerCase()));
  box.hidden = !fitting.length;
  choice = Math.min(choice, fitting.length - 1);
  box.replaceChildren(...fitting.map((one, index) => el("button", { type: "button", role: "option", id: "option" + index, "aria-selected": String(index === choice),
    onclick: () => { $("text").value = ""; suggest(); grow(); send("/" + one.command); $("text").focus(); } }, el("b", {}, "/" + one.command), el("span", {}, one.summary))));
  if (choice >= 0) { $("text").setAttribute("aria-activedescendant", "option" + choice); box.children[choice]?.scrollIntoView({ block: "nearest" }); } else $("text").removeAttribute("aria-activedescendant");
  return fitting;
}
function upload(file) {
  if (!file) return;
  const reader = new FileReader();
  reader.onload = () => act("upload", { name: file.name, type: file.type || "application/octet-stream", content: reader.result.split(",")[1] ?? "",
    text: $("text").value, reply: replyTo ?? undefined, thread: topic || undefined }).then(() => { $("text").value = ""; setReply(null); grow(); }).catch(() => {});
  reader.readAsDataURL(file);
}

// ——— small things ———
function menu(message) {
  const own = message.reactions?.find(one => one.by === me)?.emoji, box = $("menu");
  const action = (name, perform) => el("button", { type: "button", class: "action", onclick: () => { box.close(); perform(); } }, name);
  box.replaceChildren(
    el("div", { class: "emojis", role: "group", "aria-label": "React" }, ...REACTIONS.map(emoji => el("button", { type: "button", "aria-label": "React with " + emoji,
      onclick: () => { box.close(); act("react", { message: message.id, emoji: emoji === own ? undefined : emoji }).catch(() => {}); } }, emoji))),
    action("Reply", () => setReply(message.id)),
    action("Copy text", () => navigator.clipboard?.writeText(message.text).then(() => toast("Copied"), () => {})));
  if (picked?.message === message.id && message.text.includes(picked.text)) box.append(action("Quote “" + picked.text.slice(0, 40) + "”", () => setReply(message.id, picked.text)));
  if (mine(message)) box.append(action("Edit", () => startEdit(message)));
  if (message.versions) box.append(el("p", { class: "dim" }, `edited ${message.versions} times`));
  box.showModal();
}
function flash(id) {
  const node = nodes.get(id);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  const target = node.matches(".message") ? node : node.querySelector(".message");
  target?.classList.add("flash"); setTimeout(() => target?.classList.remove("flash"), 1300);
}
let toastTimer;
function toast(text) { $("toast").textContent = text; $("toast").classList.add("shown"); clearTimeout(toastTimer); toastTimer = setTimeout(() => $("toast").classList.remove("shown"), 3200); }
const nearEnd = distance => { const log = $("log"); return log.scrollHeight - log.scrollTop - log.clientHeight < distance; };
const atEnd = () => nearEnd(90);
function toEnd() { $("log").scrollTop = $("log").scrollHeight; $("down").hidden = true; }

// What was marked last in a message, for a reply that quotes it; opening the menu takes the mark away.
document.addEventListener("selectionchange", () => {
  const selection = getSelection(), text = selection.toString().trim();
  const start = text ? selection.anchorNode : null, node = start?.nodeType === 1 ? start : start?.parentElement;
  const body = node?.closest(".body"), message = body?.closest("[data-message]");
  if (message && body.contains(selection.focusNode)) picked = { message: Number(message.dataset.message), text };
});
$("send").addEventListener("click", () => { submit(); $("text").focus(); });
$("text").addEventListener("input", () => { choice = -1; grow(); suggest(); });
$("text").addEventListener("keydown", event => {
  if (event.isComposing) return;
  const options = $("suggestions").hidden ? [] : [...$("suggestions").children];
  if (options.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    choice = (choice + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length; suggest(); event.preventDefault();
  } else if (options.length && event.key === "Tab") {
    $("text").value = (options[Math.max(choice, 0)].firstChild.textContent) + " "; choice = -1; suggest(); event.preventDefault();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (options.length && choice >= 0) options[choice].click(); else submit();
  } else if (event.key === "Escape") { if (options.length) $("suggestions").hidden = true; else cancelReply(); }
  else if (event.key === "ArrowUp" && !$("text").value) { const last = [...list(current)].reverse().find(message => mine(message) && !message.file); if (last) { startEdit(last); event.preventDefault(); } }
});
$("text").addEventListener("paste", event => { const file = event.clipboardData?.files?.[0]; if (file) { event.preventDefault(); upload(file); } });
$("replycancel").addEventListener("click", cancelReply);
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", () => { upload($("file").files[0]); $("file").value = ""; });
$("keys").addEventListener("click", () => showKeyboard($("keyboard").hidden));
$("down").addEventListener("click", toEnd);
$("log").addEventListener("scroll", () => { if (atEnd()) $("down").hidden = true; });
$("back").addEventListener("click", () => open(null, true));
$("block").addEventListener("click", () => act("block", { blocked: !state.chats.get(current)?.blocked }).catch(() => {}));
$("alertok").addEventListener("click", () => $("alert").close());
$("menu").addEventListener("click", event => { if (event.target === $("menu")) $("menu").close(); });
addEventListener("resize", () => { if (atEnd()) toEnd(); });
connect();
