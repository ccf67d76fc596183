// The page: one event stream for the chosen instrument, drawn once a frame however much arrives.
import { Chart, clock } from '/chart.js';

const $ = id => document.getElementById(id);
const STATES = ['pre-open', 'auction call', 'continuous', 'halted', 'closed'];
const INTERVALS = [[1, '1s'], [5, '5s'], [15, '15s'], [60, '1m']];
const LEVELS = 20, TAPE = 48;

const instruments = new Map();
let current = 0, stream = null, book = null, summary = null, shown = [], retry = 0;
const dirty = { book: false, summary: false };
const chart = new Chart($('chart'), $('legend'));

// ---- numbers
const group = text => text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
function fixed(value, decimals) {
  const negative = value < 0, digits = String(Math.abs(Math.round(value))).padStart(decimals + 1, '0');
  const whole = group(digits.slice(0, digits.length - decimals));
  return (negative ? '-' : '') + (decimals ? `${whole}.${digits.slice(-decimals)}` : whole);
}
const facts = () => instruments.get(current) ?? { pd: 0, qd: 0, s: '–' };
const texts = new Map();
function price(value) {
  const key = value * 16 + facts().pd;
  let text = texts.get(key);
  if (text === undefined) { if (texts.size > 20000) texts.clear(); texts.set(key, text = fixed(value, facts().pd)); }
  return text;
}
const quantity = value => fixed(value, facts().qd);
const time = ms => clock(Math.floor(ms / 1000)) + '.' + String(ms % 1000).padStart(3, '0');
function compact(value) {
  for (const [size, unit] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M']]) if (Math.abs(value) >= size) return (value / size).toFixed(2) + ' ' + unit;
  return group(Math.round(value).toString());
}
function duration(ns) {
  return ns >= 1e9 ? (ns / 1e9).toFixed(1) + ' s' : ns >= 1e6 ? (ns / 1e6).toFixed(ns >= 1e7 ? 0 : 1) + ' ms' : Math.round(ns / 1e3) + ' µs';
}
function set(element, text) { if (element.textContent !== text) element.textContent = text; }
function tone(element, sign) { const name = sign > 0 ? 'up' : sign < 0 ? 'down' : 'dim'; if (element.dataset.tone !== name) { element.dataset.tone = name; element.classList.remove('up', 'down', 'dim'); element.classList.add(name); } }

// ---- rows that stay in the document and only change their text
function rows(parent, count) {
  const made = [];
  for (let i = 0; i < count; i++) {
    const row = document.createElement('div');
    row.className = 'row';
    const bar = document.createElement('i');
    const cells = [0, 1, 2].map(() => document.createElement('span'));
    row.append(bar, ...cells);
    row.hidden = true;
    row.style.display = 'none';
    parent.append(row);
    made.push({ row, bar, cells, visible: false });
  }
  return made;
}
function show(row, visible) { if (row.visible !== visible) { row.visible = visible; row.row.hidden = !visible; row.row.style.display = visible ? '' : 'none'; } }
const cells = [...document.querySelectorAll('[data-stat]')];
const asks = rows($('asks'), LEVELS).reverse(), bids = rows($('bids'), LEVELS), tape = rows($('tape'), TAPE);

function drawSide(target, levels, most) {
  let sum = 0;
  for (let i = 0; i < target.length; i++) {
    const level = levels[i];
    show(target[i], !!level);
    if (!level) continue;
    sum += level[1];
    set(target[i].cells[0], price(level[0]));
    set(target[i].cells[1], quantity(level[1]));
    set(target[i].cells[2], String(level[2]));
    const width = Math.round(level[1] / most * 200);
    if (target[i].width !== width) { target[i].width = width; target[i].bar.style.transform = `scaleX(${width / 200})`; }
  }
  return sum;
}

function drawBook() {
  const { stats } = book;
  let most = 1;
  for (const side of [book.bids, book.asks]) for (const level of side) most = Math.max(most, level[1]);
  drawSide(asks, book.asks, most);
  drawSide(bids, book.bids, most);
  const bid = book.bids[0]?.[0], ask = book.asks[0]?.[0];
  const both = bid !== undefined && ask !== undefined;
  set($('spread'), both ? `spread ${price(ask - bid)}   ${((ask - bid) / ((ask + bid) / 2) * 1e4).toFixed(1)} bp` : 'one side is empty');
  for (let i = 0; i < tape.length; i++) {
    const trade = book.tape[book.tape.length - 1 - i];
    show(tape[i], !!trade);
    if (!trade) continue;
    set(tape[i].cells[0], time(trade[4]));
    set(tape[i].cells[1], (trade[3] === 0 ? '▲ ' : '▼ ') + price(trade[1]));
    tone(tape[i].cells[1], trade[3] === 0 ? 1 : -1);
    set(tape[i].cells[2], quantity(trade[2]));
  }
  const scale = 10 ** -(facts().pd + facts().qd), traded = stats.trades > 0;
  const values = {
    open: traded ? price(stats.open) : '–', high: traded ? price(stats.high) : '–', low: traded ? price(stats.low) : '–', last: traded ? price(stats.last) : '–',
    vwap: traded ? price(stats.vwap) : '–', rvwap: traded ? price(stats.rvwap) : '–', spread: both ? price(ask - bid) : '–',
    imb: (book.imb > 0 ? '+' : '') + (book.imb * 100).toFixed(0) + ' %', vol: compact(stats.vol * 10 ** -facts().qd),
    turnover: compact(stats.turnover * scale) + (facts().quote ? ' ' + facts().quote : ''), trades: group(String(stats.trades)), orders: group(String(book.orders)),
  };
  for (const cell of cells) set(cell, values[cell.dataset.stat]);
  set($('last'), traded ? price(stats.last) : '–');
  const change = traded ? stats.last - stats.open : 0;
  set($('change'), traded ? `${change > 0 ? '+' : ''}${price(change)}  ${change > 0 ? '+' : ''}${(change / stats.open * 100).toFixed(2)} %` : '');
  tone($('change'), change);
  tone($('last'), change);
  set($('state'), STATES[book.state] ?? '');
  $('state').dataset.state = book.state;
  const title = traded ? `${price(stats.last)} ${facts().s} · Bourse` : `${facts().s} · Bourse`;
  if (document.title !== title) document.title = title;
}

// ---- instruments
function drawSummary() {
  set($('mps'), group(String(summary.mps)));
  set($('tps'), group(String(summary.tps)));
  set($('lat'), summary.samples ? `${duration(summary.p50)} / ${duration(summary.p99)}` : '–');
  set($('seq'), group(String(summary.seq)));
  const wanted = $('filter').value.trim().toLowerCase();
  shown = summary.list.filter(item => item.s.toLowerCase().includes(wanted)).map(item => item.id);
  const list = $('list');
  for (let i = 0; i < shown.length; i++) {
    const item = instruments.get(shown[i]);
    let entry = list.children[i];
    if (!entry) {
      entry = document.createElement('li');
      entry.setAttribute('role', 'option');
      for (const name of ['s', 'l', 'v', 'c']) { const span = document.createElement('span'); span.className = name; entry.append(span); }
      entry.addEventListener('click', () => choose(Number(entry.dataset.id)));
      list.append(entry);
    }
    entry.dataset.id = item.id;
    entry.id = 'instrument-' + item.id;
    entry.setAttribute('aria-selected', String(item.id === current));
    const [symbol, last, volume, change] = entry.children;
    const traded = item.trades > 0;
    set(symbol, item.s || '#' + item.id);
    set(last, traded ? fixed(item.last, item.pd) : item.bq && item.aq ? fixed((item.bid + item.ask) / 2, item.pd) : '–');
    set(volume, 'vol ' + compact(item.vol * 10 ** -item.qd));
    const percent = traded && item.open ? (item.last - item.open) / item.open * 100 : 0;
    set(change, traded ? (percent > 0 ? '+' : '') + percent.toFixed(2) + ' %' : '');
    tone(change, percent);
  }
  while (list.children.length > shown.length) list.lastChild.remove();
  list.setAttribute('aria-activedescendant', 'instrument-' + current);
}

function onSummary(value) {
  summary = value;
  for (const item of value.list) instruments.set(item.id, item);
  if (current === 0 && value.list.length > 0) {
    const busiest = value.list.reduce((a, b) => b.trades > a.trades ? b : a);
    const asked = Number(new URLSearchParams(location.search).get('instrument'));
    choose(instruments.has(asked) ? asked : busiest.id);
  }
  dirty.summary = true;
}

function choose(id) {
  if (id === current) return;
  current = id;
  book = null;
  chart.load([]);
  for (const row of [...asks, ...bids, ...tape]) show(row, false);
  set($('symbol'), facts().s || '#' + id);
  set($('last'), '–');
  set($('change'), '');
  set($('spread'), '');
  dirty.summary = true;
  history.replaceState(null, '', '?instrument=' + id);
  connect();
  document.getElementById('instrument-' + id)?.scrollIntoView({ block: 'nearest' });
}

function step(by) {
  if (shown.length === 0) return;
  const at = shown.indexOf(current);
  choose(shown[Math.max(0, Math.min(shown.length - 1, (at < 0 ? 0 : at) + by))]);
}

// ---- the stream
function link(state, text) { $('link').dataset.state = state; set($('link'), text); }
function connect() {
  stream?.close();
  clearTimeout(retry);
  const mine = stream = new EventSource('/events?instrument=' + current);
  mine.addEventListener('summary', e => { link('live', 'live'); onSummary(JSON.parse(e.data)); });
  mine.addEventListener('bars', e => { if (mine === stream) { const value = JSON.parse(e.data); if (value.i === current) chart.load(value.bars); } });
  mine.addEventListener('book', e => {
    if (mine !== stream) return;
    const value = JSON.parse(e.data);
    if (value.i !== current) return;
    book = value;
    dirty.book = true;
    chart.vwap = value.stats.vwap;
    if (value.bar) chart.put(value.bar);
  });
  mine.onerror = () => {
    link('lost', 'reconnecting');
    if (mine === stream && mine.readyState === EventSource.CLOSED) retry = setTimeout(connect, 2000);
  };
}

// ---- theme, intervals, keys
function theme(name) {
  document.documentElement.dataset.theme = name;
  try { localStorage.setItem('bourse.theme', name); } catch { /* a private window may refuse */ }
  chart.colours();
}
function initialTheme() {
  const asked = new URLSearchParams(location.search).get('theme');
  if (asked === 'dark' || asked === 'light') return asked;
  try { const kept = localStorage.getItem('bourse.theme'); if (kept) return kept; } catch { /* as above */ }
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}
const otherTheme = () => theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
function interval(at) {
  chart.setInterval(INTERVALS[at][0]);
  [...$('intervals').children].forEach((button, i) => button.setAttribute('aria-pressed', String(i === at)));
}
INTERVALS.forEach(([, name], at) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = name;
  button.addEventListener('click', () => interval(at));
  $('intervals').append(button);
});
$('theme').addEventListener('click', otherTheme);
$('help').addEventListener('click', () => $('keys').showModal());
$('filter').addEventListener('input', () => { dirty.summary = true; });
const KEYS = {
  ArrowUp: () => step(-1), k: () => step(-1), ArrowDown: () => step(1), j: () => step(1), '/': () => $('filter').focus(), t: otherTheme,
  '?': () => $('keys').showModal(), ArrowLeft: () => chart.scroll(5), ArrowRight: () => chart.scroll(-5), End: () => chart.scroll(-1e9),
  '+': () => chart.zoom(1.25), '=': () => chart.zoom(1.25), '-': () => chart.zoom(.8),
  1: () => interval(0), 2: () => interval(1), 3: () => interval(2), 4: () => interval(3),
};
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || $('keys').open) return;
  if (event.target === $('filter')) {
    if (event.key === 'Escape') { $('filter').value = ''; $('filter').blur(); dirty.summary = true; }
    else if (event.key === 'Enter') { if (shown.length) choose(shown[0]); $('filter').blur(); }
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { KEYS[event.key](); event.preventDefault(); }
    return;
  }
  const action = KEYS[event.key];
  if (action) { action(); event.preventDefault(); }
});

// ---- one drawing a frame
const frames = { count: 0, since: performance.now(), rate: 0, worst: 0 };
function draw(now) {
  frames.count++;
  if (now - frames.since >= 1000) { frames.rate = Math.round(frames.count * 1000 / (now - frames.since)); frames.count = 0; frames.since = now; document.body.dataset.fps = frames.rate; }
  const start = performance.now();
  if (dirty.summary && summary) { dirty.summary = false; drawSummary(); }
  if (dirty.book && book) { dirty.book = false; drawBook(); }
  chart.draw(price);
  frames.worst = Math.max(frames.worst, performance.now() - start);
  document.body.dataset.worstFrameMs = frames.worst.toFixed(1);
  requestAnimationFrame(draw);
}
theme(initialTheme());
interval(0);
connect();
requestAnimationFrame(draw);
